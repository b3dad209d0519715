#!/usr/bin/env bash
# scripts/lint.sh [--changed [--at-most N]]: clang-format over all sources; clang-tidy over all of them, or
# over those that changed: since the branch left main, on main itself since the commit before; of many the N
# that changed most. Exit 1 on a finding.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_packages.sh
source scripts/build_settings.sh

folders=(base models engine simulator generator service tests bench)
mapfile -t all < <(git ls-files -- "${folders[@]}" | grep -E '\.(h|cc)$')
clang-format-16 --dry-run -Werror "${all[@]}"

files=("${all[@]}")
if [[ "${1:-}" == --changed ]]; then
  since=$(git merge-base HEAD main 2>/dev/null || git rev-parse HEAD)
  [[ "$since" != "$(git rev-parse HEAD)" ]] || since=$(git rev-parse -q --verify HEAD~1 || echo "$since")
  at_most=${#all[@]}
  [[ "${2:-}" != --at-most ]] || at_most=${3:?--at-most: give a number}
  # Lines added and taken away, then the name; a new file counts as the greatest change.
  mapfile -t files < <({
    git diff --numstat --diff-filter=d "$since" -- "${folders[@]}" | awk '{print $1 + $2 "\t" $3}'
    git ls-files --others --exclude-standard -- "${folders[@]}" | sed 's/^/1000000\t/'
  } | grep -E '\.(h|cc)$' | sort -k1,1nr -k2 | cut -f2 || true)
  if ((${#files[@]} > at_most)); then
    echo "lint: ${#files[@]} files changed; clang-tidy looks at the $at_most that changed most," \
      "scripts/lint.sh at all" >&2
    files=("${files[@]:0:at_most}")
  fi
fi
if ((${#files[@]} == 0)); then
  echo "lint: ${#all[@]} files well formatted, none changed"
  exit 0
fi

# clang-tidy needs compile commands and the generated headers.
cmake --preset release >/dev/null
cmake --build --preset release --target tsugi_proto >/dev/null
mapfile -t sources < <(printf '%s\n' "${files[@]}" | grep '\.cc$' || true)
((${#sources[@]} == 0)) || printf '%s\0' "${sources[@]}" |
  xargs -0 -n2 -P"$(nproc)" clang-tidy-16 -p build/release --quiet 2> >(grep -v 'warnings generated\|Suppressed' >&2)
echo "lint: ${#all[@]} files well formatted, ${#files[@]} clean under clang-tidy"
