#!/usr/bin/env bash
# SQLite FTS5: the words of a deleted row stay in the file of a contentless index, with secure-delete switched on and after a VACUUM.
#
# What surprises: a table with content = '' and contentless_delete = 1 takes a DELETE and finds the row no longer. Its words stay in the index's
# blocks (the table name_data) until segments happen to be merged. FTS5's own option 'secure-delete', PRAGMA secure_delete and VACUUM, which
# one would think of first, change nothing about it: a DELETE here only notes the row's number. 'optimize' merges, and the words are gone.
# Why it matters: whoever deletes what a person wrote and searches the database file for it finds it.
#
# Ends with 0 while this is so, with 1 when it is no longer. Needs the .NET 10 SDK.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.Data.Sqlite.Core" Version="10.0.0" />
    <PackageReference Include="SQLitePCLRaw.bundle_e_sqlite3" Version="3.0.3" />
  </ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using System.Text;
using Microsoft.Data.Sqlite;

SQLitePCL.Batteries_V2.Init();
using var connection = new SqliteConnection("Data Source=finding.db");
connection.Open();
Run("PRAGMA secure_delete = ON");
Run("CREATE VIRTUAL TABLE notes USING fts5(words, content = '', contentless_delete = 1)");
Run("INSERT INTO notes (notes, rank) VALUES ('secure-delete', 1)");
Run("INSERT INTO notes (rowid, words) VALUES (1, 'ordinary words'), (2, 'something confidential')");
Run("DELETE FROM notes WHERE rowid = 2");
var found = Ask("SELECT count(*) FROM notes WHERE notes MATCH 'confidential'");
Run("VACUUM");
var kept = Has("confidential");
Run("INSERT INTO notes (notes) VALUES ('optimize')");
var after = Has("confidential");
Console.WriteLine($"SQLite {connection.ServerVersion}, .NET {Environment.Version}");
Console.WriteLine($"after DELETE the search finds {found} rows, and after VACUUM the word stands in the index: {kept}");
Console.WriteLine($"after 'optimize': {after}");
return found == 0 && kept && !after ? 0 : 1;

void Run(string sql)
{
    using var command = connection.CreateCommand();
    command.CommandText = sql;
    command.ExecuteNonQuery();
}

long Ask(string sql)
{
    using var command = connection.CreateCommand();
    command.CommandText = sql;
    return (long)command.ExecuteScalar()!;
}

bool Has(string word)
{
    using var command = connection.CreateCommand();
    command.CommandText = "SELECT block FROM notes_data";
    using var rows = command.ExecuteReader();
    while (rows.Read())
        if (Encoding.Latin1.GetString((byte[])rows[0]).Contains(word, StringComparison.Ordinal)) return true;
    return false;
}
CS
dotnet run -v q --nologo
