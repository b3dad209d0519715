#!/usr/bin/env bash
# Installs what is missing, builds, runs all tests; closes with "N passed, N failed".
set -euo pipefail
cd "$(dirname "$0")"
scripts/install_packages.sh
source scripts/build_settings.sh
configure_and_build release
exec scripts/run_tests.sh build/release
