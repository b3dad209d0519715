#!/usr/bin/env bash
# The whole way once: installs what is missing, builds, makes a sample shop, imports it, trains,
# serves, asks as each of the three callers and prints the answers. Leaves nothing running; the shop
# and its store stay in build/quickstart for a closer look.
set -euo pipefail
cd "$(dirname "$0")"
scripts/install_packages.sh
source scripts/build_settings.sh
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[[ -t 1 ]] || say() { printf '\n== %s\n' "$*"; }

say "Building"
configure_and_build release tsugi
tsugi=$PWD/build/release/tsugi

work=$PWD/build/quickstart
rm -rf "$work"
mkdir -p "$work"
cd "$work"
run() {
  printf '$ %s\n' "${*/#$tsugi/tsugi}"
  "$@"
}

say "A sample shop"
run "$tsugi" generate --out shop

say "Import"
for kind in products customers orders subscriptions signals campaigns exposures reactions; do
  run "$tsugi" import "$kind" "shop/$kind.csv"
done

say "Train"
run "$tsugi" train

say "Serve"
log=$work/server.log
"$tsugi" serve --listen 127.0.0.1:0 --metrics 127.0.0.1:0 >"$log" 2>&1 &
server=$!
stop_server() {
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
}
trap stop_server EXIT
for ((i = 0; i < 300; ++i)); do
  grep -q '^listening on' "$log" && break
  kill -0 "$server" 2>/dev/null || { cat "$log"; exit 1; }
  sleep 0.1
done
address=$(sed -n 's/^listening on //p' "$log" | head -n1)
[[ -n "$address" ]] || { echo "the server did not come up:"; cat "$log"; exit 1; }
echo "listening on $address"

# What to ask about: a laptop of the shop, and the shop's last day.
anchor=LAPTOP-01
today=$(sed -n 's/.*"end": *"\([^"]*\)".*/\1/p' shop/truth.json | head -n1)

say "Caller 1, checkout: what goes with $anchor?"
run "$tsugi" suggest --server "$address" --cart "$anchor" --placement checkout

say "Caller 2, customer success: whose renewal or trial end is coming?"
run "$tsugi" renewals --server "$address" --within 30d --page-size 8 --at "$today"

say "Caller 3, an offline job: retrain and compare"
run "$tsugi" train --label canary
run "$tsugi" models list
run "$tsugi" suggest --server "$address" --cart "$anchor" --explain --at "$today"

stop_server
trap - EXIT
say "Done: the server has stopped. The store is build/quickstart/tsugi.db, the models are beside it."
