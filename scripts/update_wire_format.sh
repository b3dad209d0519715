#!/usr/bin/env bash
# Writes proto/wire_format.txt anew after the .proto files have grown.
#
#   scripts/update_wire_format.sh [--break] [BUILD_DIR]     (default build/release)
#
# Refuses where a name, number or type that was there is gone; --break allows it.
set -euo pipefail
cd "$(dirname "$0")/.."

mode=add
if [[ ${1:-} == --break ]]; then
  mode=break
  shift
fi
build=${1:-build/release}
if [[ ! -f $build/CMakeCache.txt ]]; then
  echo "update_wire_format: '$build' is no build directory; run 'cmake --preset release' first" >&2
  exit 2
fi

cmake --build "$build" --target proto_tests >&2
TSUGI_UPDATE_WIRE_FORMAT=$mode "$build/tests/proto_tests" --gtest_brief=1 \
  --gtest_filter=WireFormat.IsTheListedOne
git --no-pager diff --stat -- proto/wire_format.txt
