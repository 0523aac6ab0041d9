#!/usr/bin/env bash
# Ical.Net shows an override with RANGE=THISANDFUTURE beside the lesson that it replaces, and moves none of those behind it.
#
# What surprises: RFC 5545, 3.2.13: such an override stands for its own occurrence and for all that follow. A single override is honoured
# (the original is gone); with the range the original stays, the override comes as well, and what follows stands where it stood. An override
# that is STATUS:CANCELLED stays among the occurrences too, with its status for the caller to look at.
# Why it matters: "from the third week on at 14:00" becomes five lessons, three of them at the old hour.
#
# Ends with 0 while this is so, with 1 when it is no longer. Needs the .NET 10 SDK and NuGet.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="Ical.Net" Version="5.2.4" /></ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using Ical.Net;

static string[] Starts(string range) => [.. Calendar.Load($"""
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:x
    BEGIN:VEVENT
    UID:a
    DTSTAMP:20260901T000000Z
    DTSTART:20260907T080000Z
    DTEND:20260907T094000Z
    RRULE:FREQ=WEEKLY;COUNT=4
    END:VEVENT
    BEGIN:VEVENT
    UID:a
    DTSTAMP:20260901T000000Z
    RECURRENCE-ID{range}:20260921T080000Z
    DTSTART:20260921T140000Z
    DTEND:20260921T154000Z
    END:VEVENT
    END:VCALENDAR
    """)!.GetOccurrences().Take(10).Select(o => o.Period.StartTime.AsUtc.ToString("MM-dd HH:mm"))];

var (single, range) = (Starts(""), Starts(";RANGE=THISANDFUTURE"));
Console.WriteLine($"single override:  {string.Join(", ", single)}");
Console.WriteLine($"THISANDFUTURE:    {string.Join(", ", range)}");
Console.WriteLine("meant:            09-07 08:00, 09-14 08:00, 09-21 14:00, 09-28 14:00");
return single.Length == 4 && range.Length == 5 && range[^1] == "09-28 08:00" ? 0 : 1;
CS
dotnet run -v q
