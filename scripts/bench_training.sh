#!/usr/bin/env bash
# scripts/bench_training.sh [--gowalla DIR] [--rounds N] [--only WORK,...]: trains Tsugi's models and
# the libraries people use today on the same data, in turns, two threads each, and prints one table of
# ratios (docs/benchmarks.md says how it is to be read).
#
# The rivals come from PyPI into a virtual environment of their own (TSUGI_BENCH_DIR, by default a
# directory that is kept under build/, since installing takes a minute). Where that can't be, the
# script says so and measures nothing. DIR holds train.txt.zst and test.txt.zst (rows of a customer and
# items); without it, and without TSUGI_DATA/gowalla_m1, the works on real data are left out.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/build_settings.sh
configure_and_build release training_bench >/dev/null
work=${TSUGI_BENCH_DIR:-$PWD/build/bench_training}
mkdir -p "$work"
if ! "$work/venv/bin/python" -c 'import implicit, scipy, threadpoolctl' 2>/dev/null; then
  if ! { python3 -m venv "$work/venv" &&
    "$work/venv/bin/pip" install --quiet implicit==0.7.3 scipy numpy threadpoolctl; }; then
    echo "SKIPPED: no virtual environment with implicit 0.7.3, scipy and numpy could be made in $work;" \
      "nothing was compared" >&2
    exit 3
  fi
fi
# A rival's BLAS stays at one thread inside its own two, and picks its kernels itself.
unset OPENBLAS_CORETYPE MKL_DEBUG_CPU_TYPE MKL_ENABLE_INSTRUCTIONS
export OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1
exec "$work/venv/bin/python" scripts/bench_training.py --bench build/release/bench/training_bench \
  --work "$work" "$@"
