#!/usr/bin/env bash
# ASP.NET Core: an endpoint that says what it accepts answers a stranger 415, not 401.
#
# What surprises: with RequireAuthorization on a minimal endpoint whose handler takes a body, a request without credentials is answered 401 only if
# its content type fits (or it has no body). With another content type, routing has chosen its own endpoint for 415 before authorization runs,
# and that endpoint has none of the first one's metadata: no credentials are asked for.
# Why it matters: a check that walks all routes without credentials and expects 401 everywhere is wrong for good endpoints, and one that
# reads "not 401" as "open" cries wolf; middleware that finds its metadata on the endpoint does not find it there.
#
# Ends with 0 while this is so, with 1 when it is no longer. Needs the .NET 10 SDK.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup>
</Project>
XML
cat > Program.cs <<'CS'
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
builder.Logging.ClearProviders();
builder.Services.AddAuthentication("none").AddScheme<AuthenticationSchemeOptions, Nobody>("none", null);
builder.Services.AddAuthorization();
builder.Services.AddAntiforgery();
var app = builder.Build();
app.UseAuthentication();
app.UseAuthorization();
app.MapPost("/json", (Thing thing) => thing.Name).RequireAuthorization();
app.MapPost("/form", (IFormFile file) => file.Length).RequireAuthorization().DisableAntiforgery();
await app.StartAsync();
using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
Console.WriteLine($"ASP.NET Core {typeof(WebApplication).Assembly.GetName().Version}");
var json = await Status("/json", new StringContent("{}", Encoding.UTF8, "application/json"));
var other = await Status("/json", new StringContent("x", Encoding.UTF8, "text/plain"));
var form = await Status("/form", new MultipartFormDataContent { { new StringContent("x"), "file", "x.txt" } });
var empty = await Status("/form", null);
return (json, other, form, empty) == (401, 415, 401, 401) ? 0 : 1;

async Task<int> Status(string path, HttpContent? content)
{
    using var answer = await http.PostAsync(path, content);
    Console.WriteLine($"POST {path} with {content?.Headers.ContentType?.MediaType ?? "no body"}, no credentials: {(int)answer.StatusCode}");
    return (int)answer.StatusCode;
}

internal sealed record Thing(string Name);

internal sealed class Nobody(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(AuthenticateResult.NoResult());
}
CS
dotnet run -v q --nologo
