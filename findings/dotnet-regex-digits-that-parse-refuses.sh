#!/usr/bin/env bash
# \d of .NET matches digits that int.Parse refuses.
#
# What surprises: \d is the Unicode category Nd: full-width １, Arabic-Indic ٣ and some 700 others match, in [GeneratedRegex] as well, and
# RegexOptions.CultureInvariant changes nothing. int.Parse takes ASCII digits alone and raises FormatException. RegexOptions.ECMAScript
# would help, but it forbids lookbehinds and most other options.
# Why it matters: what was validated by \d{1,2} and is parsed then answers 500 to the first Chinese keyboard in full-width mode.
#
# Ends with 0 while this is so, with 1 when it is no longer. Needs the .NET 10 SDK.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
</Project>
XML
cat > Program.cs <<'CS'
using System.Globalization;
using System.Text.RegularExpressions;

Console.WriteLine($".NET {Environment.Version}");
var surprises = 0;
foreach (var text in (string[])["１６", "٣", "१"])
{
    var matches = Regex.IsMatch(text, @"^\d{1,2}$", RegexOptions.CultureInvariant);
    string parsed;
    try
    {
        parsed = int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture).ToString();
    }
    catch (FormatException)
    {
        parsed = "FormatException";
    }
    Console.WriteLine($"{text}: \\d {matches}, int.Parse {parsed}");
    if (matches && parsed == "FormatException") surprises++;
}
return surprises == 3 ? 0 : 1;
CS
dotnet run -v q
