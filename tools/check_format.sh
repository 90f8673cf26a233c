#!/usr/bin/env bash
# Every C++ file is as clang-format (the version scripts/dependencies installs) writes it. With --fix: make it so.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
mode=(--dry-run -Werror)
[[ ${1:-} == --fix ]] && mode=(-i)
git ls-files '*.h' '*.cpp' | xargs clang-format-19 "${mode[@]}"
echo "format: $(git ls-files '*.h' '*.cpp' | wc -l) files"
