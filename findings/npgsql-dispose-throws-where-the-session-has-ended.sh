#!/usr/bin/env bash
# Npgsql: disposing a connection throws where its server has ended the session while an answer was being read.
#
# What surprises: Dispose is called where nothing more is wanted, most of all from finally and from "await using", and .NET's rules say that it does not
# throw; a connection whose server has gone idle is disposed without a word. With a reader that is still open Npgsql first reads the rest of
# the answer, to leave the connection clean, and throws what it meets there: EndOfStreamException within NpgsqlException.
# Why it matters: a shutdown stops half-way, a semaphore released behind the call is held for ever, and the first exception is hidden by the second.
#
# Ends with 0 while this is so, with 1 when it is no longer. Needs the .NET 10 SDK and PostgreSQL's server programs (Debian: postgresql).
set -euo pipefail
folder=$(mktemp -d)
bin=$(dirname "$(ls /usr/lib/postgresql/*/bin/initdb | tail -1)")
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
[ "$(id -u)" != 0 ] || chown postgres "$folder"
trap 'as "$bin/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
as "$bin/initdb" -D "$folder/data" -A trust -U finding >/dev/null
as "$bin/pg_ctl" -D "$folder/data" -o "-c listen_addresses='' -c unix_socket_directories=$folder" -l "$folder/log" -w start >/dev/null
mkdir "$folder/app" && cd "$folder/app"
cat > finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="Npgsql" Version="10.0.3" /></ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using Npgsql;

await using var source = NpgsqlDataSource.Create($"Host={args[0]};Username=finding;Database=postgres;Pooling=false");
var idle = await EndAsync(reads: false);
var reading = await EndAsync(reads: true);
Console.WriteLine($"Npgsql {typeof(NpgsqlConnection).Assembly.GetName().Version}, .NET {Environment.Version}");
Console.WriteLine($"disposed after the server ended it, idle: {idle}");
Console.WriteLine($"disposed after the server ended it, with a reader open: {reading}");
return idle == "nothing" && reading.StartsWith("NpgsqlException", StringComparison.Ordinal) ? 0 : 1;

async Task<string> EndAsync(bool reads)
{
    var connection = await source.OpenConnectionAsync();
    var session = (int)await AskAsync(connection, "SELECT pg_backend_pid()");
    if (reads)
    {
        // More than what the sockets take, so that the server is in the middle of it.
        var command = new NpgsqlCommand("SELECT repeat('x', 1000) FROM generate_series(1, 1000000)", connection);
        var rows = await command.ExecuteReaderAsync();
        await rows.ReadAsync();
    }
    await using (var other = await source.OpenConnectionAsync()) await AskAsync(other, $"SELECT pg_terminate_backend({session}, 5000)");
    try
    {
        await connection.DisposeAsync();
        return "nothing";
    }
    catch (Exception e)
    {
        return $"{e.GetType().Name} ({e.InnerException?.GetType().Name})";
    }
}

static async Task<object> AskAsync(NpgsqlConnection connection, string sql)
{
    await using var command = new NpgsqlCommand(sql, connection);
    return (await command.ExecuteScalarAsync())!;
}
CS
dotnet run -v q -- "$folder"
