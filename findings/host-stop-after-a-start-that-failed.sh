#!/usr/bin/env bash
# IHost.StopAsync raises ArgumentNullException after a start that failed because a hosted service could not be made.
#
# What surprises: StartAsync tells the real reason, the exception of the service's constructor. A caller that stops the host then, so
# that what had begun already ends in order, gets an ArgumentNullException about an enumerable from StopAsync, which takes the place of
# the reason if it is awaited in a catch or finally block. When StartAsync of a service fails instead, StopAsync works.
# Why it matters: the operator reads about a null list and not about the setting that is wrong.
#
# Ends with 0 while this is so, with 1 when it is no longer. Needs the .NET 10 SDK.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="Microsoft.Extensions.Hosting" Version="10.0.12" /></ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

static async Task<string> Of(Func<Task> act)
{
    try
    {
        await act();
        return "ends in order";
    }
    catch (Exception e)
    {
        return e.GetType().Name;
    }
}

static async Task<(string Start, string Stop)> Try<T>() where T : class, IHostedService
{
    var builder = Host.CreateApplicationBuilder();
    builder.Logging.ClearProviders();
    builder.Services.AddHostedService<T>();
    using var host = builder.Build();
    return (await Of(() => host.StartAsync()), await Of(() => host.StopAsync()));
}

Console.WriteLine($"Microsoft.Extensions.Hosting {typeof(Host).Assembly.GetName().Version}");
var (unmade, unstarted) = (await Try<CannotBeMade>(), await Try<CannotStart>());
Console.WriteLine($"a service that cannot be made: StartAsync {unmade.Start}, StopAsync {unmade.Stop}");
Console.WriteLine($"a service that cannot start: StartAsync {unstarted.Start}, StopAsync {unstarted.Stop}");
return (unmade, unstarted) == (("NotSupportedException", "ArgumentNullException"), ("NotSupportedException", "ends in order")) ? 0 : 1;

internal sealed class CannotBeMade : IHostedService
{
    public CannotBeMade() => throw new NotSupportedException("The setting is wrong.");

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

internal sealed class CannotStart : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => throw new NotSupportedException("The setting is wrong.");

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
CS
dotnet run -v q
