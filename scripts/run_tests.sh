#!/usr/bin/env bash
# scripts/run_tests.sh BUILD_DIR [NAME...]: runs the test programs below BUILD_DIR/tests (all, or
# those named), two at a time, and closes with "N passed, N failed". A program that crashes counts
# as one failure more.
set -uo pipefail
build=${1:?usage: run_tests.sh BUILD_DIR [NAME...]}
shift
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

if (($#)); then
  programs=("${@/#/$build/tests/}")
else
  programs=("$build"/tests/*_tests)
fi

run_one() {
  local program=$1 name status=0
  name=$(basename "$program")
  "$program" --gtest_brief=1 --gtest_output="json:$2/$name.json" >"$2/$name.log" 2>&1 || status=$?
  local counts passed=0 failed=0 skipped=0
  if [[ -s "$2/$name.json" ]]; then
    # The first "tests", "failures" of the report are the totals.
    passed=$(grep -m1 -o '"tests": [0-9]*' "$2/$name.json" | grep -o '[0-9]*')
    failed=$(grep -m1 -o '"failures": [0-9]*' "$2/$name.json" | grep -o '[0-9]*')
    skipped=$(grep -c '"result": "SKIPPED"' "$2/$name.json")
    passed=$((passed - failed - skipped))
  fi
  ((status != 0 && failed == 0)) && failed=1
  echo "$passed $failed $skipped" >"$2/$name.counts"
  if ((status != 0)); then
    cat "$2/$name.log"
    echo "FAILED $name (exit $status)"
  else
    grep -A3 'Skipped$\|SKIPPED' "$2/$name.log" | grep -v '^--' | head -5
    echo "ok     $name: $passed passed$( ((skipped)) && echo ", $skipped skipped")"
  fi
}
export -f run_one
printf '%s\0' "${programs[@]}" |
  xargs -0 -n1 -P"${TSUGI_TEST_JOBS:-2}" bash -c 'run_one "$1" "$0"' "$results"

cat "$results"/*.counts | awk '
  {passed += $1; failed += $2; skipped += $3}
  END {
    printf "%d passed, %d failed%s\n", passed, failed, skipped ? ", " skipped " skipped" : ""
    exit failed > 0 || passed == 0
  }'
