#!/usr/bin/env bash
# EF Core: an interceptor that suppresses the closing of a connection does not keep it open until the end of its context.
#
# What surprises: IDbConnectionInterceptor.ConnectionClosingAsync may answer "suppressed", and the connection stays open after the query, as one
# would expect. When the context is disposed (or goes back to its pool) EF closes the connection all the same, and asks no interceptor
# this time: neither ConnectionClosing nor, for a pooled context, ConnectionDisposing is called.
# Why it matters: whoever wants to leave a connection alone whose statement does not come back (its server hangs) cannot do it that way:
# the disposal waits for the statement.
#
# Ends with 0 while this is so, with 1 when it is no longer. Needs the .NET 10 SDK.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="Microsoft.EntityFrameworkCore.Sqlite" Version="10.0.0" /></ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using System.Data;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;

var keep = new KeepOpen();
var options = new DbContextOptionsBuilder<Db>().UseSqlite("Data Source=finding.db").AddInterceptors(keep).Options;
var pool = new PooledDbContextFactory<Db>(options);
DbConnection connection;
ConnectionState afterQuery;
int askedByQuery;
await using (var db = await pool.CreateDbContextAsync())
{
    await db.Database.ExecuteSqlRawAsync("SELECT 1");
    connection = db.Database.GetDbConnection();
    afterQuery = connection.State;
    askedByQuery = keep.Closing;
}
Console.WriteLine($"EF Core {typeof(DbContext).Assembly.GetName().Version}, .NET {Environment.Version}");
Console.WriteLine($"after the query: {afterQuery}, closing was asked {askedByQuery} times and suppressed");
Console.WriteLine($"after the context: {connection.State}, closing was asked {keep.Closing - askedByQuery} times more, disposing {keep.Disposing} times");
return afterQuery == ConnectionState.Open && connection.State == ConnectionState.Closed && keep.Closing == askedByQuery && keep.Disposing == 0 ? 0 : 1;

internal sealed class Db(DbContextOptions<Db> options) : DbContext(options);

internal sealed class KeepOpen : DbConnectionInterceptor
{
    public int Closing;
    public int Disposing;

    public override ValueTask<InterceptionResult> ConnectionClosingAsync(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        Closing++;
        return new(InterceptionResult.Suppress());
    }

    public override InterceptionResult ConnectionClosing(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        Closing++;
        return InterceptionResult.Suppress();
    }

    public override ValueTask<InterceptionResult> ConnectionDisposingAsync(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        Disposing++;
        return new(result);
    }

    public override InterceptionResult ConnectionDisposing(DbConnection connection, ConnectionEventData eventData, InterceptionResult result)
    {
        Disposing++;
        return result;
    }
}
CS
dotnet run -v q --nologo
