#!/usr/bin/env bash
# A JSON text with half a surrogate pair parses in .NET, and raises later, with an exception that nobody catches.
#
# What surprises: "\ud83d" alone is a string by the grammar of RFC 8259 (section 8.2 warns that it may surprise), and models cut emoji in
# two between the pieces of a stream. System.Text.Json takes it: JsonDocument.Parse and Utf8JsonReader.Read succeed. Reading it does not:
# GetString, and even ValueTextEquals, which only compares a name, throw InvalidOperationException and not JsonException.
# Why it matters: code that guards the reading of somebody else's JSON with catch (JsonException) answers 500.
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
using System.Text;
using System.Text.Json;

Console.WriteLine($"System.Text.Json {typeof(JsonDocument).Assembly.GetName().Version}, .NET {Environment.Version}");
const string json = """{"text":"half \ud83d","\ud83d":1}""";
static string Of(Func<string> read)
{
    try
    {
        return read();
    }
    catch (Exception e)
    {
        return e.GetType().Name;
    }
}
using var document = JsonDocument.Parse(json);
string[] seen =
[
    Of(() => JsonDocument.Parse(json).RootElement.ValueKind.ToString()),
    Of(() => document.RootElement.GetProperty("text").GetString()),
    Of(() =>
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        while (reader.Read())
            if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("other"u8)) return "equal";
        return "read to its end";
    }),
];
Console.WriteLine($"parse: {seen[0]}; GetString: {seen[1]}; ValueTextEquals on every name: {seen[2]}");
return seen is ["Object", "InvalidOperationException", "InvalidOperationException"] ? 0 : 1;
CS
dotnet run -v q
