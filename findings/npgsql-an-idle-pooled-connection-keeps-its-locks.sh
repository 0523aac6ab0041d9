#!/usr/bin/env bash
# Npgsql: a connection that was disposed keeps its session's advisory locks in the pool, until somebody opens it again.
#
# What surprises: Npgsql resets a pooled connection, and among what a reset gives back are session-level advisory locks; one would guess that
# they are free once the connection is disposed. The reset is not sent at that time: it waits in front of the next statement of whoever
# opens the connection next. If nobody does, the lock is held for as long as the pool keeps the connection (five minutes by default),
# and another data source of the same process, or another process, does not get it.
# Why it matters: "lock, work, dispose" makes the next waiter wait, for ever where the waiter's predecessor is its own process.
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

var text = $"Host={args[0]};Username=finding;Database=postgres";
await using var one = NpgsqlDataSource.Create(text);
await using var other = NpgsqlDataSource.Create(text);
await using (var connection = await one.OpenConnectionAsync())
    await AskAsync(connection, "SELECT pg_advisory_lock(1)");
await Task.Delay(1000);
var afterDispose = await TakeAsync();
await using (var connection = await one.OpenConnectionAsync())
    await AskAsync(connection, "SELECT 1");
var afterReuse = await TakeAsync();
Console.WriteLine($"Npgsql {typeof(NpgsqlConnection).Assembly.GetName().Version}, .NET {Environment.Version}");
Console.WriteLine($"a second after its holder was disposed another connection gets the lock: {afterDispose}");
Console.WriteLine($"after the holder was opened again for SELECT 1: {afterReuse}");
return !afterDispose && afterReuse ? 0 : 1;

async Task<bool> TakeAsync()
{
    await using var connection = await other.OpenConnectionAsync();
    return (bool)await AskAsync(connection, "SELECT pg_try_advisory_lock(1)");
}

static async Task<object> AskAsync(NpgsqlConnection connection, string sql)
{
    await using var command = new NpgsqlCommand(sql, connection);
    return await command.ExecuteScalarAsync();
}
CS
dotnet run -v q -- "$folder"
