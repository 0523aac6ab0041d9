#!/usr/bin/env bash
# bench/run.sh gateway|ledger|scheduling|forum|hostile|rpc|split|agent [--quick]: builds Release and writes bench/results/<name>-<commit>.md
set -eu
cd "$(dirname "$0")/.."
export SMARTFLOW_SKIP_WEB=1
dotnet build src/SmartFlow.Host -c Release -v q -nologo
dotnet build bench/SmartFlow.Bench -c Release -v q -nologo
[ "${1:-}" != gateway ] || (cd bench/portkey && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error)
exec dotnet bench/SmartFlow.Bench/bin/Release/net10.0/SmartFlow.Bench.dll "$@"
