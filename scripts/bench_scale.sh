#!/usr/bin/env bash
# scripts/bench_scale.sh [MILLIONS_OF_LINES...]: a generated history of 1 and 10 (or the given) million
# order lines of 50,000 products, streamed to a file; then seconds and peak memory of training
# co-purchase, the sparse item regression and ials on it, each in a process of its own. Then the sparse
# item regression for 12,500 to 100,000 products with 25 lines each.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/build_settings.sh
configure_and_build release training_bench >/dev/null
bench=build/release/bench/training_bench
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[[ $# -gt 0 ]] || set -- 1 10
ask() { printf '%s\n' "$@" | "$bench" | paste -sd' '; }
echo "| million lines | step | wall / cpu seconds | peak MiB |"
echo "|---|---|---|---|"
for millions in "$@"; do
  file=$work/$millions.bin
  # Orders of 8 lines for co-purchase and item regression; ials sees customers, of 64 lines each.
  ask "generate $file $((millions * 125000)) 50000 $((millions * 1000000)) 0.7" >/dev/null
  ask "generate $file.c $((millions * 15625)) 50000 $((millions * 1000000)) 1.0" >/dev/null
  for step in "co_purchase:co_purchase m 50 cosine" "item_regression, sparse:item_regression m sparse"; do
    read -r _ _ _ seconds rest < <(ask "load m $file" "${step#*:}" peak)
    echo "| $millions | ${step%%:*} | ${seconds/\// / } | ${rest##* } |"
  done
  read -r _ _ _ seconds rest < <(ask "load m $file.c" "ials m cg 64 1" peak)
  echo "| $millions | ials, 64 factors, an epoch | ${seconds/\// / } | ${rest##* } |"
  rm -f "$file" "$file.c"
done
echo
echo "| products, 25 lines each | step | wall / cpu seconds | cpu microseconds a product | peak MiB |"
echo "|---|---|---|---|---|"
for products in 12500 25000 50000 100000; do
  file=$work/products.bin
  ask "generate $file $((products * 25 / 8)) $products $((products * 25)) 0.7" >/dev/null
  read -r _ _ _ seconds rest < <(ask "load m $file" "item_regression m sparse" peak)
  micros=$(awk -v cpu="${seconds#*/}" -v n="$products" 'BEGIN { printf "%.0f", cpu * 1e6 / n }')
  echo "| $products | item_regression, sparse | ${seconds/\// / } | $micros | ${rest##* } |"
  rm -f "$file"
done
