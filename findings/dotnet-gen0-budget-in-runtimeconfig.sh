#!/usr/bin/env bash
# .NET 10: System.GC.Gen0Size in runtimeconfig.json does nothing, while System.GC.Gen0MaxBudget there bounds the youngest generation.
#
# What surprises: the setting of that name works from the environment (DOTNET_GCgen0size), and other System.GC settings work from the file, so that one
# takes this one to work from there too; projects set it. It is silently not read. Its neighbour GCGen0MaxBudget is, under a name that one has to guess.
# Why it matters: by default the budget follows the processor's last cache (32 MiB and more on servers), which is most of the heap of a small service.
# A value that is not read looks like one that does nothing.
#
# Ends with 0 while this is so, with 1 when it is no longer. Needs the .NET 10 SDK and Node.js.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
</Project>
XML
cat > Program.cs <<'CS'
// The same allocations each time: how often the youngest generation is collected tells its budget.
var kept = new byte[100][];
for (var i = 0; i < 400_000; i++) kept[i % kept.Length] = new byte[4_096];
System.Console.WriteLine(System.GC.CollectionCount(0));
CS
dotnet build -c Release -v q -nologo -o out >/dev/null
# A budget of 1 MiB, below any that the runtime would choose.
with() { # property of runtimeconfig.json
  node -e '
    const fs = require("fs"), file = "out/finding.runtimeconfig.json", config = JSON.parse(fs.readFileSync(file))
    config.runtimeOptions.configProperties = process.argv[1] ? { [process.argv[1]]: 1048576 } : {}
    fs.writeFileSync(file, JSON.stringify(config))' "$1"
}
with ""
plain=$(dotnet out/finding.dll)
size_env=$(DOTNET_GCgen0size=0x100000 dotnet out/finding.dll)
with System.GC.Gen0Size
size_file=$(dotnet out/finding.dll)
with System.GC.Gen0MaxBudget
budget_file=$(dotnet out/finding.dll)
echo "runtime $(dotnet --list-runtimes | awk '$1 == "Microsoft.NETCore.App" && $2 ~ /^10/ { v = $2 } END { print v }')"
echo "collections of generation 0: $plain by default, $size_env with DOTNET_GCgen0size, $size_file with System.GC.Gen0Size, $budget_file with System.GC.Gen0MaxBudget"
[ "$size_env" -gt $((plain * 2)) ] && [ "$size_file" -lt $((plain * 2)) ] && [ "$budget_file" -gt $((plain * 2)) ]
