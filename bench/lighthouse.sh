#!/usr/bin/env bash
# bench/lighthouse.sh: Lighthouse on the pages of a Release build with a data folder of its own; writes bench/results/lighthouse-<commit>.md
set -eu
cd "$(dirname "$0")/.."
dotnet build src/SmartFlow.Host -c Release -v q -nologo
(cd bench/lighthouse && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error)
port=${1:-5199} folder=$(mktemp -d)
SMARTFLOW_DATA=$folder SMARTFLOW_URLS=http://127.0.0.1:$port dotnet src/SmartFlow.Host/bin/Release/net10.0/smartflow.dll >"$folder.log" 2>&1 &
trap 'kill $!; wait $! || true; rm -rf "$folder" "$folder.log"' EXIT
for _ in $(seq 120); do curl -fs "http://127.0.0.1:$port/readyz" >/dev/null && break; sleep 0.5; done
file=bench/results/lighthouse-$(git rev-parse --short HEAD).md
node bench/lighthouse/run.mjs "http://127.0.0.1:$port" "$file" || code=$?
cat "$file"
exit ${code:-0}
