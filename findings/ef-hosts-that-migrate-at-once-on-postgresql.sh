#!/usr/bin/env bash
# EF Core on PostgreSQL: of several processes that migrate one empty database at once all but one fail, although there is a lock.
#
# What surprises: since EF Core 9 Migrate takes a lock on the database, so that hosts that start together need not take turns. Npgsql's
# provider takes it as a table lock, which ends with the first migration's transaction, while the list of what is pending was read before
# the lock and is not read again. With more than one pending migration a second host goes on between two of the first one's, with its old
# list, and carries out what the first has done.
# Why it matters: a first roll-out with several replicas, or a release with two migrations, starts one replica and fails the others. Take
# a session's advisory lock of your own around Migrate.
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
  <ItemGroup>
    <PackageReference Include="Microsoft.EntityFrameworkCore.Relational" Version="10.0.15" />
    <PackageReference Include="Npgsql.EntityFrameworkCore.PostgreSQL" Version="10.0.3" />
  </ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;

Console.WriteLine($"EF Core {typeof(DbContext).Assembly.GetName().Version}, provider {typeof(NpgsqlDbContextOptionsBuilderExtensions).Assembly.GetName().Version}, Npgsql {typeof(NpgsqlConnection).Assembly.GetName().Version}");
var failed = 0;
const int Times = 10;
for (var time = 0; time < Times; time++)
{
    var name = $"db{time}";
    await using (var server = new NpgsqlConnection($"Host={args[0]};Username=finding;Database=postgres"))
    {
        await server.OpenAsync();
        await using var create = new NpgsqlCommand($"CREATE DATABASE {name}", server);
        await create.ExecuteNonQueryAsync();
    }
    var options = new DbContextOptionsBuilder<Db>().UseNpgsql($"Host={args[0]};Username=finding;Database={name};Pooling=false").Options;
    // The history's table is there, as on every database but the very first; its making has a race of its own.
    await using (var first = new Db(options)) await first.Database.MigrateAsync("20261101000001_Things");
    var hosts = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
    {
        await using var db = new Db(options);
        await db.Database.MigrateAsync();
    })).ToList();
    try
    {
        await Task.WhenAll(hosts);
    }
    catch (PostgresException e)
    {
        if (failed++ == 0) Console.WriteLine($"{hosts.Count(h => h.IsFaulted)} of {hosts.Count} hosts failed, one with: {e.SqlState} {e.MessageText}");
    }
}
Console.WriteLine($"{failed} of {Times} starts of four hosts had a host that failed");
return failed > 0 ? 0 : 1;

internal sealed class Db(DbContextOptions<Db> options) : DbContext(options);

[DbContext(typeof(Db)), Migration("20261101000001_Things")]
internal sealed class Things : Migration
{
    protected override void Up(MigrationBuilder b) => b.Sql("CREATE TABLE things (id int)");
}

[DbContext(typeof(Db)), Migration("20261101000002_Name")]
internal sealed class Name : Migration
{
    protected override void Up(MigrationBuilder b) => b.Sql("ALTER TABLE things ADD COLUMN name text");
}

[DbContext(typeof(Db)), Migration("20261101000003_Size")]
internal sealed class Size : Migration
{
    protected override void Up(MigrationBuilder b) => b.Sql("ALTER TABLE things ADD COLUMN size int");
}

[DbContext(typeof(Db)), Migration("20261101000004_Index")]
internal sealed class Index : Migration
{
    protected override void Up(MigrationBuilder b) => b.Sql("CREATE INDEX things_name ON things (name)");
}
CS
dotnet run -v q -- "$folder"
