#!/usr/bin/env bash
# npm 11: npm ci refuses the lock file that npm install has just written where a package depends on a tag that another dependency holds back.
#
# What surprises: npm install lets an older version that is there stand in for the tag "latest", writes it into package-lock.json and ends with 0.
# npm ci takes the tag for today's version, finds it "Missing ... from lock file" and ends with EUSAGE; installing again, as it advises, changes nothing.
# Lighthouse 12.8.2 is such a case: @paulirish/trace_engine asks for third-party-web by its tag and lighthouse for ^0.27.0.
# Why it matters: the lock works nowhere, from its first day; an override of the tagged dependency with a version mends it, which is shown too.
#
# Ends with 0 while this is so, with 1 when it is no longer. Needs Node 20.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
mkdir tool case
(cd tool && echo '{"private":true}' >package.json && npm install --silent --no-audit --no-fund npm@11.19.1)
npm="$folder/tool/node_modules/.bin/npm"
cd case
dependencies='"dependencies":{"@paulirish/trace_engine":"0.0.59","third-party-web":"0.27.0"}'
try() { "$npm" ci --ignore-scripts --no-audit --no-fund >../said 2>&1 && echo "npm ci: 0" || echo "npm ci: refused, $(grep -o 'Missing: [^ ]* from lock file' ../said | head -1)"; }

echo "{\"private\":true,$dependencies}" >package.json
"$npm" install --ignore-scripts --silent --no-audit --no-fund && echo "npm install: 0"
first=$(try)
echo "npm $("$npm" --version), $first"
rm -rf node_modules package-lock.json
echo "{\"private\":true,$dependencies,\"overrides\":{\"@paulirish/trace_engine\":{\"third-party-web\":\"0.27.0\"}}}" >package.json
"$npm" install --ignore-scripts --silent --no-audit --no-fund
second=$(try)
echo "with an override, $second"
[[ $first == "npm ci: refused, Missing: third-party-web@"* && $second == "npm ci: 0" ]]
