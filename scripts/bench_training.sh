#!/usr/bin/env bash
# scripts/bench_training.sh [--retailer ORDERS.csv.zst] [--gowalla DIR] [--rounds N] [--only WORK,...]:
# trains Tsugi's models and the libraries people use today on the same data, in turns, two threads
# each, and prints one table of ratios (docs/benchmarks.md says how it is to be read); then, where the
# retailer's file is there (the columns of UCI Online Retail), the way from it to a published model and
# the ranker's trees beside XGBoost's own. WORK is one of ials, exact, co_purchase, inverse, sparse,
# ranking, accuracy, quality and retailer; all of them by default.
#
# The rivals come from PyPI into a virtual environment of their own (TSUGI_BENCH_DIR, by default a
# directory that is kept under build/, since installing takes a minute). Where that can't be, the
# script says so, compares nothing with them and ends with 3. DIR holds train.txt.zst and test.txt.zst
# (rows of a customer and items). Both default to online_retail and gowalla_m1 in TSUGI_DATA; what is
# not there is left out, and the script says so.
set -euo pipefail
data=${TSUGI_DATA:+$(realpath -m "$TSUGI_DATA")}
retailer=${data:+$data/online_retail/online_retail.csv.zst}
gowalla=${data:+$data/gowalla_m1}
rounds=5
only=ials,exact,co_purchase,inverse,sparse,ranking,accuracy,quality,retailer
while [[ $# -gt 0 ]]; do
  case $1 in
    --retailer) retailer=$(realpath -m "${2:?--retailer: give the file}") ;;
    --gowalla) gowalla=$(realpath -m "${2:?--gowalla: give the folder}") ;;
    --rounds) rounds=${2:?--rounds: give a number} ;;
    --only) only=${2:?--only: give one work or several, with commas} ;;
    *)
      echo "bench_training.sh: $1 is not known; it takes --retailer, --gowalla, --rounds and --only" >&2
      exit 2
      ;;
  esac
  shift 2
done
cd "$(dirname "$0")/.."
root=$PWD
source scripts/build_settings.sh
source scripts/retailer.sh

beside_libraries() {
  configure_and_build release training_bench >/dev/null
  local work=${TSUGI_BENCH_DIR:-$root/build/bench_training}
  mkdir -p "$work"
  if ! "$work/venv/bin/python" -c 'import implicit, scipy, threadpoolctl' 2>/dev/null; then
    if ! { python3 -m venv "$work/venv" &&
      "$work/venv/bin/pip" install --quiet implicit==0.7.3 scipy numpy threadpoolctl; }; then
      echo "SKIPPED: no virtual environment with implicit 0.7.3, scipy and numpy could be made in $work;" \
        "nothing was compared with them" >&2
      return 3
    fi
  fi
  # A rival's BLAS stays at one thread inside its own two, and picks its kernels itself.
  env -u OPENBLAS_CORETYPE -u MKL_DEBUG_CPU_TYPE -u MKL_ENABLE_INSTRUCTIONS \
    OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 \
    "$work/venv/bin/python" scripts/bench_training.py --bench build/release/bench/training_bench \
    --work "$work" --gowalla "$gowalla" --rounds "$rounds" --only "$1"
}

# seconds NAME COMMAND...: a line of the table.
seconds() {
  local name=$1 TIMEFORMAT='%R | %U'
  shift
  { time "$@" >>log 2>&1; } 2>times || { cat log >&2 && return 1; }
  echo "| $name | $(<times) |"
}

import_unpacked() { zstd -dc "$retailer" | import_retailer "$root/build/release/tsugi" -; }

to_published_model() (
  configure_and_build release tsugi ranker_training_bench >/dev/null
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  printf 'ranker: {fit: false}\n' >plain.yaml
  echo
  echo "| from the retailer's file | seconds | processor seconds |"
  echo "|---|---|---|"
  seconds "import" import_unpacked
  seconds "train without ranker and gate" \
    "$root/build/release/tsugi" train --quiet --label none --config plain.yaml
  rm -r models
  seconds "train with everything" "$root/build/release/tsugi" train --quiet
  echo
  python3 - models/versions/*/times.json <<'PYTHON'
import json, sys

steps = {step["step"]: step["seconds"] for step in json.load(open(sys.argv[1]))["steps"]}
making, fitting = steps["replay"], steps["fit_ranker"]
print(f"ranker: rows made in {making:.2f} s, fitted in {fitting:.2f} s:"
      f" {making / (making + fitting):.0%} of both is making them (goal: under half)")
PYTHON
  echo "ranker's trees (goal: a ratio of 1.1 at most):" \
    "$("$root/build/release/bench/ranker_training_bench" tsugi.db 2100-01-01 "$rounds")"
)

status=0
libraries=$(tr , '\n' <<<"$only" | grep -vx retailer | paste -sd, || true)
[[ -z "$libraries" ]] || beside_libraries "$libraries" || status=$?
if [[ ",$only," == *,retailer,* ]]; then
  if [[ -e "$retailer" ]]; then
    to_published_model
  else
    echo "LEFT OUT: the way to a published model (--retailer FILE or TSUGI_DATA)" >&2
  fi
fi
exit "$status"
