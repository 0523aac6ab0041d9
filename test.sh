#!/usr/bin/env bash
# All tests but those that need a quiet machine; installs what they need on Debian. ./test.sh [--soak]: those too, and the long loops in full.
set -uo pipefail
cd "$(dirname "$0")"
[ "${1:-}" = "--soak" ] && export SMARTFLOW_SOAK="${SMARTFLOW_SOAK:-25}"
# Nothing here runs long enough to earn back what profiled tiers cost: a fifth of the suite's CPU.
export DOTNET_TieredPGO=0
# Nor what is compiled again after 30 calls: a host of the tests starts on a third less.
export DOTNET_TC_CallCountThreshold=300

missing=()
command -v chromium >/dev/null || missing+=(chromium)
[ -x /usr/lib/postgresql/15/bin/initdb ] || command -v initdb >/dev/null || missing+=(postgresql)
command -v redis-server >/dev/null || missing+=(redis-server)
command -v node >/dev/null || missing+=(nodejs npm)
[ -x /usr/sbin/nginx ] || missing+=(nginx)
[ -z "${SMARTFLOW_SOAK:-}" ] || compgen -G "/usr/lib/*/faketime/libfaketimeMT.so.1" >/dev/null || missing+=(libfaketime)
if [ ${#missing[@]} -gt 0 ]; then
  sudo=""; [ "$(id -u)" = 0 ] || sudo=sudo
  echo "Installing: ${missing[*]}"
  $sudo apt-get update -qq && $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null \
    || { echo "Could not install ${missing[*]}"; exit 1; }
fi

# Garnet is the same suite on another server; its start is worth it only here.
if [ -n "${SMARTFLOW_SOAK:-}" ] && [ -z "${SMARTFLOW_GARNET:-}" ]; then
  garnet=$(mktemp -d)
  dotnet tool install garnet-server --version 2.2.8 --tool-path "$garnet" >/dev/null && export SMARTFLOW_GARNET="$garnet/garnet-server" \
    || { echo "Could not install garnet-server"; exit 1; }
fi

log=$(mktemp -d)
trap 'rm -rf "$log" ${garnet:+"$garnet"}' EXIT
passed=0 failed=0 broken=0

# Adds a suite's totals: passed, failed, and whether its exit code and totals agree.
count() { # name exit passed failed
  echo "$1: $3 passed, $4 failed"
  passed=$((passed + $3)) failed=$((failed + $4))
  if [ "$2" -ne 0 ] && [ "$4" -eq 0 ]; then echo "$1 ended with $2"; broken=1; fi
  if [ "$3" -eq 0 ] && [ "$4" -eq 0 ]; then echo "$1 ran no test"; broken=1; fi
}

dotnet_suite() { # project what
  local name=$1 code total errors bad skipped unrun explicit=off
  # What needs a quiet machine of its own (faults of whole clusters, leases by the clock) runs with --soak.
  [ -z "${SMARTFLOW_SOAK:-}" ] || explicit=on
  # Tests that wait, for a server or a browser, leave a core to a third.
  dotnet "tests/$name/bin/Debug/net10.0/$name.dll" -maxThreads 1.5x -explicit $explicit 2>&1 | sed 's/\x1b\[[0-9;]*m//g' | tee "$log/$name" | grep -E '\[FAIL\]|^ {6,}' | cut -c1-300
  code=${PIPESTATUS[0]}
  read -r total errors bad skipped unrun < <(grep -oE 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+, Not Run: [0-9]+' "$log/$name" | tail -1 | tr -dc '0-9 \n' | xargs)
  total=$((${total:-0} - ${skipped:-0} - ${unrun:-0})) bad=$((${errors:-0} + ${bad:-0}))
  count "$name${2:-}" "$code" "$((total - bad))" "$bad"
}

# The web's tests take the core that the build's last projects leave.
[ web/node_modules/.package-lock.json -nt web/package-lock.json ] || (cd web && npm ci --no-audit --no-fund --loglevel=error) \
  || { echo "npm ci failed."; echo "0 passed, 1 failed"; exit 1; }
(cd web && npx vitest run --reporter=json --outputFile="$log/web.json" >"$log/web" 2>&1) &
web=$!
# One compiler for all projects, also where the environment asks for one each: a third of the build.
dotnet build SmartFlow.slnx -nologo -v q -p:UseSharedCompilation=true || { echo "The build failed."; echo "0 passed, 1 failed"; kill $web 2>/dev/null; exit 1; }

shape=$(./format.sh --check 2>&1) && count shape 0 1 0 || { echo "$shape" | tail -40; count shape 1 0 1; }

wait $web
code=$?
[ $code -eq 0 ] || tail -40 "$log/web"
read -r good bad < <(node -e 'const r=require(process.argv[1]);console.log(r.numPassedTests,r.numFailedTests)' "$log/web.json" 2>/dev/null || echo 0 1)
count web $code "$good" "$bad"

dotnet_suite SmartFlow.Tests
dotnet_suite SmartFlow.E2E
# The same stories on the processes of deploy/ behind nginx; the ordinary run has two of them.
[ -z "${SMARTFLOW_SOAK:-}" ] || SMARTFLOW_E2E_SPLIT=1 dotnet_suite SmartFlow.E2E ", split"
[ -z "${SMARTFLOW_SOAK:-}" ] || bench/lighthouse.sh || broken=1

[ $broken -eq 0 ] || [ $failed -gt 0 ] || failed=1
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
