#!/usr/bin/env bash
# The shape of all sources, by CSharpier and Prettier at 120 columns. ./format.sh [--check]: says what differs and changes nothing.
set -euo pipefail
cd "$(dirname "$0")"
dotnet tool restore >/dev/null
[ -x web/node_modules/.bin/prettier ] || (cd web && npm ci --no-audit --no-fund --loglevel=error)
web=(web/node_modules/.bin/prettier --log-level=warn '**/*.{ts,vue,mjs,css}')
if [ "${1:-}" = "--check" ]; then
  failed=0
  dotnet csharpier check . || failed=1
  "${web[@]}" --check || failed=1
  exit $failed
fi
dotnet csharpier format .
"${web[@]}" --write
