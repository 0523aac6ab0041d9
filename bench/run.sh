#!/usr/bin/env bash
# bench/run.sh gateway|ledger|scheduling|forum|hostile|rpc|split|agent [--quick]: builds Release and writes bench/results/<name>-<commit>.md
# bench/run.sh proof [seed]: the same of ten minutes of load and faults; exit 1 where a figure of money is not exact
set -eu
cd "$(dirname "$0")/.."
export SMARTFLOW_SKIP_WEB=1
dotnet build src/SmartFlow.Host -c Release -v q -nologo
dotnet build bench/SmartFlow.Bench -c Release -v q -nologo
[ "${1:-}" != gateway ] || (cd bench/portkey && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error)
if [ "${1:-}" = proof ]; then
  dotnet build tests/SmartFlow.Tests -c Release -v q -nologo
  export SMARTFLOW_PROOF_BENCH="$PWD/bench/SmartFlow.Bench/bin/Release/net10.0/SmartFlow.Bench.dll" SMARTFLOW_PROOF_SEED="${2:-20261130}"
  export SMARTFLOW_PROOF_PAGE="$PWD/bench/results/proof-$(git rev-parse --short HEAD).md"
  rm -f "$SMARTFLOW_PROOF_PAGE"
  code=0
  dotnet tests/SmartFlow.Tests/bin/Release/net10.0/SmartFlow.Tests.dll -explicit only -class SmartFlow.Tests.Faults.ProofTests || code=1
  cat "$SMARTFLOW_PROOF_PAGE" && exit $code
fi
exec dotnet bench/SmartFlow.Bench/bin/Release/net10.0/SmartFlow.Bench.dll "$@"
