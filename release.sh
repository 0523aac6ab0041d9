#!/usr/bin/env bash
# A release in artifacts/release: the program (for any machine with the .NET 10 runtime), its licences, and as bom.*.json (CycloneDX)
# what it is made of. The tools for that are pinned in .config/dotnet-tools.json and below; they come from the registries.
set -euo pipefail
cd "$(dirname "$0")"
out="$PWD/artifacts/release"
cyclonedx_npm=6.0.1

rm -rf "$out"
dotnet publish src/SmartFlow.Host -c Release -nologo -v q -o "$out"
cp LICENSE THIRD-PARTY-NOTICES.md SECURITY.md CHANGELOG.md config.example.json "$out"
dotnet tool restore
dotnet CycloneDX src/SmartFlow.Host/SmartFlow.Host.csproj --recursive --exclude-dev --disable-package-restore \
  --output "$out" --filename bom.nuget.json --output-format Json
(cd web && npx --yes "@cyclonedx/cyclonedx-npm@$cyclonedx_npm" --package-lock-only --omit dev --output-reproducible --output-file "$out/bom.npm.json")
(cd "$out" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum >SHA256SUMS)
echo "A release of $(find "$out" -type f | wc -l) files: $out"
