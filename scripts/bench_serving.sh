#!/usr/bin/env bash
# scripts/bench_serving.sh [ORDERS.csv.zst]: import, training, one suggestion in process, and gRPC
# throughput beside an empty handler, as one table. Without a file (the UCI Online Retail columns) it
# uses a sample shop of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/build_settings.sh
source scripts/retailer.sh
configure_and_build release tsugi suggest_bench service_throughput_bench >/dev/null
root=$PWD
tsugi=$root/build/release/tsugi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [[ $# -gt 0 ]]; then
  file=$(realpath "$1")
  cd "$work"
  import_retailer "$tsugi" "$file"
else
  cd "$work"
  "$tsugi" generate --out shop --quiet
  for kind in products customers orders subscriptions signals; do
    "$tsugi" import "$kind" "shop/$kind.csv" --quiet
  done
fi
"$tsugi" train --quiet
echo
"$root/build/release/bench/suggest_bench" tsugi.db models/versions/*/
echo
"$root/build/release/bench/service_throughput_bench"
