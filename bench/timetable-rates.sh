#!/usr/bin/env bash
# How much of tests/fixtures/timetables/*syntax.json and tests/fixtures/calendars is read as it is meant, by kind: by the working tree, or by
# a commit. Usage: bench/timetable-rates.sh [COMMIT]. Needs git and the .NET 10 SDK.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [ $# -gt 0 ]; then git -C "$root" archive "$1" | tar -x -C "$folder"; else git -C "$root" ls-files -co --exclude-standard | (cd "$root" && tar -c --no-recursion -T - --ignore-failed-read 2>/dev/null) | tar -x -C "$folder"; fi
defines=$([ -e "$folder/src/SmartFlow.Planner/Courses/PlainText.cs" ] || echo BEFORE)
mkdir "$folder/rates"
# The planner shows its insides to an assembly of this name.
cat > "$folder/rates/SmartFlow.Tests.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><DefineConstants>$defines</DefineConstants><RunAnalyzers>false</RunAnalyzers><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><FrameworkReference Include="Microsoft.AspNetCore.App" /><ProjectReference Include="../src/SmartFlow.Planner/SmartFlow.Planner.csproj" /></ItemGroup>
</Project>
XML
cat > "$folder/rates/Program.cs" <<'CS'
using System.Text.Json;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Courses.Import;
using SmartFlow.Planner.Courses.Import.Formats;
using SmartFlow.Planner.Terms;

string Weeks(string text) => Of(() =>
#if BEFORE
    WeekList.Read(text)
#else
    WeekList.Read(text, 20)
#endif
    is { } weeks ? string.Join(',', weeks) : null);
string Sections(string text) => Of(() =>
#if BEFORE
    SectionRange.Read(text) is { } range ? $"{range.From},{range.To}" : null);
#else
    SectionRange.Read(text) is { } runs ? string.Join(" and ", runs.Select(r => $"{r.From},{r.To}")) : null);
#endif
string Day(string text) => Of(() => DayName.Read(text)?.ToString());
string Calendar(string file) => Of(() =>
{
    var term = new Term { Name = "t", FirstMonday = new DateOnly(2026, 9, 7), Weeks = 20, TimeZone = "Asia/Shanghai", SectionTimes = DefaultTerm.SectionTimes, DaysOff = DaysOff.None };
    return string.Join(';', AnyFile.Read(File.ReadAllBytes(file), term).Rows.Select(r => $"{r.Name}|{r.Teacher}|{r.Place}|{r.Day}|{r.SectionFrom}-{r.SectionTo}|{WeekList.Write(WeekMask.Of(r.Weeks))}"));
});
static string Of(Func<string?> read)
{
    try
    {
        return read() ?? "refused";
    }
    catch (Exception e)
    {
        return e.GetType().Name == "RefusedException" ? "refused" : "failed";
    }
}
static string Means(string kind, string means) => kind switch
{
    "weeks" => string.Join(',', means.Split(',').SelectMany(p => p.Split('-') is [var a, var b] ? Enumerable.Range(int.Parse(a), int.Parse(b) - int.Parse(a) + 1) : [int.Parse(p)])),
    "sections" when means == "two rows" => "1,2 and 5,6",
    _ => means,
};
List<(string List, string Kind, string Text, string Means, string Read)> all = [];
foreach (var file in (string[])["timetable-syntax.json", "syntax.json"])
    foreach (var one in JsonDocument.Parse(File.ReadAllText(Path.Combine(args[0], "timetables", file))).RootElement.GetProperty("cases").EnumerateArray())
    {
        var (kind, text) = (one.EnumerateObject().First().Name, one.EnumerateObject().First().Value.GetString()!);
        all.Add((file, kind, text, Means(kind, one.GetProperty("means").GetString()!), kind switch { "weeks" => Weeks(text), "sections" => Sections(text), _ => Day(text) }));
        var wide = string.Concat(text.Select(c => char.IsAsciiDigit(c) ? (char)(c + 0xFEE0) : c));
        if (wide != text) all.Add((file, kind + ", full width", wide, Means(kind, one.GetProperty("means").GetString()!), kind switch { "weeks" => Weeks(wide), "sections" => Sections(wide), _ => Day(wide) }));
    }
foreach (var one in JsonDocument.Parse(File.ReadAllText(Path.Combine(args[0], "calendars", "means.json"))).RootElement.EnumerateObject())
    all.Add(("calendars", "calendar", one.Name, one.Value.GetString()!, Calendar(Path.Combine(args[0], "calendars", one.Name + ".ics"))));
Console.WriteLine("| list | kind | texts | right | refused | another meaning | fails |");
Console.WriteLine("|---|---|---:|---:|---:|---:|---:|");
foreach (var g in all.GroupBy(a => (a.List, a.Kind)))
{
    var right = g.Count(a => a.Read == a.Means);
    var (refused, failed) = (g.Count(a => a.Read == "refused"), g.Count(a => a.Read == "failed"));
    Console.WriteLine($"| {g.Key.List} | {g.Key.Kind} | {g.Count()} | {100 * right / g.Count()} % | {refused} | {g.Count() - right - refused - failed} | {failed} |");
}
foreach (var a in all.Where(a => a.Read != a.Means && Environment.GetEnvironmentVariable("VERBOSE") is not null)) Console.WriteLine($"{a.Kind}: {a.Text} means {a.Means}, read {a.Read}");
CS
dotnet run --project "$folder/rates" -v q -- "$root/tests/fixtures"
