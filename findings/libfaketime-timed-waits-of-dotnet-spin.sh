#!/usr/bin/env bash
# libfaketime: with FAKETIME_DONT_FAKE_MONOTONIC=1 every timed wait of a .NET program ends at once, and its threads spin.
#
# What surprises: that variable leaves the monotonic clock alone, by which .NET waits, so one would guess that waiting goes on as before and
# only the date is another. In 0.9.10 (Debian's) a timed wait on a condition that uses the monotonic clock returns at once, over and over:
# a program that only sleeps uses a core. FAKETIME_FORCE_MONOTONIC_FIX=0, described as a mend for old versions of glibc, gives the waits
# back; so does faking the monotonic clock too.
# Why it matters: a test that moves one process's clock this way measures a machine that is full, and what stands beside it times out.
#
# Ends with 0 while this is so, with 1 when it is no longer. Needs the .NET 10 SDK and Debian 12's apt sources (the package is only unpacked).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
chmod 755 .
apt-get download -qq libfaketime=0.9.10-2.1 2>/dev/null
dpkg -x libfaketime_*.deb .
library=$(find . -name libfaketimeMT.so.1 | head -1)
library=$(realpath "$library")
mkdir app && cd app
cat > finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
</Project>
XML
cat > Program.cs <<'CS'
using System.Diagnostics;

await Task.Delay(1000);
var before = Environment.CpuUsage.TotalTime;
var watch = Stopwatch.StartNew();
await Task.Delay(4000);
var used = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
Console.WriteLine($"{(int)(used / watch.Elapsed.TotalMilliseconds * 100)}");
CS
dotnet build -v q --nologo -o out >/dev/null
share() { env "$@" dotnet out/finding.dll; }
plain=$(share A=1)
spins=$(share LD_PRELOAD="$library" FAKETIME=+0 FAKETIME_DONT_FAKE_MONOTONIC=1)
mended=$(share LD_PRELOAD="$library" FAKETIME=+0 FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0)
echo "libfaketime 0.9.10-2.1, .NET $(dotnet --version): a program that sleeps uses this share of a core, in per cent"
echo "without it: $plain; with FAKETIME_DONT_FAKE_MONOTONIC=1: $spins; with FAKETIME_FORCE_MONOTONIC_FIX=0 too: $mended"
[ "$plain" -lt 10 ] && [ "$spins" -gt 40 ] && [ "$mended" -lt 10 ]
