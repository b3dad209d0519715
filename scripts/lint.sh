#!/usr/bin/env bash
# scripts/lint.sh [--changed]: clang-format and clang-tidy over all sources, or over those that
# differ from the last commit (and, on a branch, from where it left main). Exit 1 on a finding.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/install_packages.sh
source scripts/build_settings.sh

folders=(base models engine simulator generator service tests bench)
if [[ "${1:-}" == --changed ]]; then
  since=$(git merge-base HEAD main 2>/dev/null || git rev-parse HEAD)
  mapfile -t files < <({
    git diff --name-only --diff-filter=d "$since" -- "${folders[@]}"
    git ls-files --others --exclude-standard -- "${folders[@]}"
  } | sort -u | grep -E '\.(h|cc)$' || true)
else
  mapfile -t files < <(git ls-files -- "${folders[@]}" | grep -E '\.(h|cc)$')
fi
if ((${#files[@]} == 0)); then
  echo "lint: nothing to check"
  exit 0
fi

clang-format-16 --dry-run -Werror "${files[@]}"

# clang-tidy needs compile commands and the generated headers.
cmake --preset release >/dev/null
cmake --build --preset release --target tsugi_proto >/dev/null
mapfile -t sources < <(printf '%s\n' "${files[@]}" | grep '\.cc$' || true)
((${#sources[@]} == 0)) || printf '%s\0' "${sources[@]}" |
  xargs -0 -n2 -P"$(nproc)" clang-tidy-16 -p build/release --quiet 2> >(grep -v 'warnings generated\|Suppressed' >&2)
echo "lint: ${#files[@]} files clean"
