#!/usr/bin/env bash
# Ical.Net takes a zone by its name, whatever the file's own VTIMEZONE says.
#
# What surprises: RFC 5545, 3.6.5: a TZID refers to the VTIMEZONE of the same file. Ical.Net looks the name up in the tz database (Windows
# names too) and never reads the file's rules; for a name that it does not know it raises when the time is asked for in UTC.
# Why it matters: schools and Outlook write "Customized Time Zone" with rules of their own, and calendars of another year may define a known
# name otherwise.
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

static string Utc(string id)
{
    var text = $"""
        BEGIN:VCALENDAR
        VERSION:2.0
        PRODID:x
        BEGIN:VTIMEZONE
        TZID:{id}
        BEGIN:STANDARD
        DTSTART:16010101T000000
        TZOFFSETFROM:+0800
        TZOFFSETTO:+0800
        END:STANDARD
        END:VTIMEZONE
        BEGIN:VEVENT
        UID:a
        DTSTAMP:20260901T000000Z
        DTSTART;TZID={id}:20260907T080000
        DTEND;TZID={id}:20260907T094000
        END:VEVENT
        END:VCALENDAR
        """;
    try
    {
        return Calendar.Load(text)!.Events.First().Start!.AsUtc.ToString("HH:mm");
    }
    catch (Exception e)
    {
        return e.GetType().Name;
    }
}

var (own, known) = (Utc("Customized Time Zone"), Utc("America/New_York"));
Console.WriteLine($"Ical.Net {typeof(Calendar).Assembly.GetName().Version}: 08:00 in a zone that the file defines as +08:00, in UTC");
Console.WriteLine($"named Customized Time Zone: {own}; named America/New_York: {known}; meant: 00:00");
return own != "00:00" && known != "00:00" ? 0 : 1;
CS
dotnet run -v q
