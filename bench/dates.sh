#!/usr/bin/env bash
# bench/dates.sh [--recognizers DIR] [--chrono DIR] [--misses]: how many phrases of our own cases and of two public suites
# (checkouts of microsoft/Recognizers-Text and wanasit/chrono) the quick add reads as they mean it, and how long it takes.
set -eu
cd "$(dirname "$0")/.."
misses= suites=()
while [ $# -gt 0 ]; do
  case $1 in
    --misses) misses=--misses; shift ;;
    *) suites+=("$1" "$2"); shift 2 ;;
  esac
done
cases=$(mktemp) && trap 'rm -f "$cases"' EXIT
node bench/dates/extract.mjs "${suites[@]}" > "$cases"
export SMARTFLOW_SKIP_WEB=1
dotnet build bench/SmartFlow.Dates -c Release -v q -nologo >&2
result=bench/results/dates-$(git rev-parse --short HEAD).md
{
  printf '# Dates in words at %s\n\nCommand: `bench/dates.sh`; suites: Recognizers-Text and chrono as given, %s cores.\n\n' "$(git rev-parse --short HEAD)" "$(nproc)"
  dotnet bench/SmartFlow.Dates/bin/Release/net10.0/SmartFlow.Dates.dll tests/fixtures/dates.json "$cases" $misses
} | if [ -n "$misses" ]; then cat; else tee "$result"; fi
