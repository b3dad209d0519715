#!/usr/bin/env bash
# scripts/bench_quality.sh DATA_DIR [REPORT_DIR]: the tables of docs/benchmarks.md, section Quality,
# from a clean checkout, each goal beside what was reached. DATA_DIR holds the folders online_retail,
# tafeng_dnntsp, gowalla_m1, amazon_electronics_m1 and groceries (those that are missing are skipped,
# and it says so); with REPORT_DIR each table is also written there as an HTML page.
set -euo pipefail
if [[ $# -lt 1 ]]; then
  echo "usage: scripts/bench_quality.sh DATA_DIR [REPORT_DIR]" >&2
  exit 2
fi
data=$(realpath "$1")
reports=${2:+$(realpath -m "$2")}
cd "$(dirname "$0")/.."
source scripts/build_settings.sh
source scripts/retailer.sh
configure_and_build release tsugi models_tests >/dev/null
root=$PWD
tsugi=$root/build/release/tsugi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
[[ -z $reports ]] || mkdir -p "$reports"

summary=()
failed=0

# evaluate NAME ARGUMENTS...: prints the table and keeps it in NAME.txt.
evaluate() {
  local name=$1 report=()
  shift
  [[ -z $reports ]] || report=(--report "$reports/$name.html")
  echo
  echo "== tsugi evaluate $*"
  "$tsugi" evaluate "$@" "${report[@]}" --quiet | tee "$name.txt"
}

# word NAME ROW N: word N of the first line of NAME.txt that starts with the word ROW.
word() { awk -v row="$2" -v n="$3" '$1 == row { gsub(/[][,]/, "", $n); print $n; exit }' "$1.txt"; }

# value NAME ROW N: the Nth measure of a row, each printed as `mean [low, high]`.
value() { word "$1" "$2" $((3 * $3 - 1)); }

# goal WORK REACHED OPERATOR GOAL
goal() {
  local verdict=no
  if awk -v a="$2" -v b="$4" "BEGIN { exit !(a $3 b) }"; then verdict=yes; else failed=1; fi
  summary+=("$(printf '%-52s %10.4f   %s %-8s %s' "$1" "$2" "$3" "$4" "$verdict")")
}

have() {
  [[ -e $data/$1 ]] && return 0
  echo
  echo "SKIPPED: $data/$1 is not there"
  summary+=("$1: not there")
  return 1
}

if have online_retail/online_retail.csv.zst; then
  import_retailer "$tsugi" "$data/online_retail/online_retail.csv.zst"
  evaluate cart_completion cart-completion --test-from 2011-09-01
  goal "cart completion, HR@10" "$(value cart_completion combined 2)" ">=" .33
  # The lead's mean stands in word 14 of the row, the lower end of its interval in word 15.
  goal "  over item_regression, interval's lower end" "$(awk -v lead="$(word cart_completion item_regression 15)" \
    -v base="$(value cart_completion item_regression 2)" 'BEGIN { print 1 + lead / base }')" ">=" 1.1
  evaluate probability probability --test-from 2011-09-01
  goal "probability, calibration slope, at least" "$(word probability all 8)" ">=" .9
  goal "  at most" "$(word probability all 8)" "<=" 1.1
  goal "  error over bins to the base rate, per cent" "$(word probability all 9)" "<=" 10
  goal "  gain over the base rate's log loss, lower end" \
    "$(word probability all 14)" ">" 0
fi

if have tafeng_dnntsp/orders.csv.zst; then
  evaluate next_basket next-basket --orders "$data/tafeng_dnntsp/orders.csv.zst" \
    --split "$data/tafeng_dnntsp/split.csv.zst" --k 10,20
  goal "next basket, Recall@10" "$(value next_basket next_basket 1)" ">=" .20
  goal "next basket, NDCG@10" "$(value next_basket next_basket 2)" ">=" .185
fi

if have gowalla_m1/train.txt.zst; then
  evaluate gowalla interactions --train "$data/gowalla_m1/train.txt.zst" \
    --test "$data/gowalla_m1/test.txt.zst" --model ials --model graph_filter --model graph_blend \
    --dim 256 --k 20
  goal "gowalla_m1, Recall@20" "$(value gowalla graph_blend 1)" ">=" .190
  goal "gowalla_m1, NDCG@20" "$(value gowalla graph_blend 2)" ">=" .160
fi

if have amazon_electronics_m1/train.txt.zst; then
  evaluate amazon interactions --train "$data/amazon_electronics_m1/train.txt.zst" \
    --test "$data/amazon_electronics_m1/test.txt.zst" --k 20
  # The best published rows: SVD-GCN's recall, SimpleX's NDCG.
  goal "amazon_electronics_m1, Recall@20" "$(value amazon blend 1)" ">" .1401
  goal "amazon_electronics_m1, NDCG@20" "$(value amazon blend 2)" ">" .0842
fi

if have groceries; then
  echo
  echo "== groceries: association rules against published counts"
  if TSUGI_DATA=$data "$root/build/release/tests/models_tests" --gtest_filter='*Groceries*' \
    --gtest_brief=1; then
    summary+=("groceries: exact")
  else
    summary+=("groceries: NOT exact")
    failed=1
  fi
fi

echo
echo "== goals"
printf '%-52s %10s   %-10s %s\n' work reached goal met
printf '%s\n' "${summary[@]}"
exit "$failed"
