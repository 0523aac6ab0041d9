#!/usr/bin/env bash
# Lib.Net.Http.WebPush signs for an audience without the port of the push service.
#
# What surprises: RFC 8292 (section 2) wants the origin of the push resource in the token's "aud", and an origin has its port wherever
# that is not the scheme's own (RFC 6454, section 6.1). The library puts scheme and host there and leaves the port out.
# Why it matters: a push service of one's own on another port than 443, as in a test or behind a company's proxy, that checks the
# audience as the RFC says answers 401 or 403 to every message.
#
# Ends with 0 while this is so, with 1 when it is no longer. Needs the .NET 10 SDK. Nothing is sent: a handler takes the request.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup>
  <ItemGroup><PackageReference Include="Lib.Net.Http.WebPush" Version="3.3.1" /></ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Lib.Net.Http.WebPush;
using Lib.Net.Http.WebPush.Authentication;

static string Text(byte[] bytes) => Base64Url.EncodeToString(bytes);
static byte[] Point(ECPoint q) => [4, .. q.X!, .. q.Y!];

using var browser = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
using var sender = ECDsa.Create(ECCurve.NamedCurves.nistP256);
var own = sender.ExportParameters(true);
var subscription = new PushSubscription { Endpoint = "https://push.example.org:8443/of/a/browser" };
subscription.SetKey(PushEncryptionKeyName.P256DH, Text(Point(browser.ExportParameters(false).Q)));
subscription.SetKey(PushEncryptionKeyName.Auth, Text(RandomNumberGenerator.GetBytes(16)));
using var vapid = new VapidAuthentication(Text(Point(own.Q)), Text(own.D!)) { Subject = "mailto:somebody@example.org" };
var seen = new Seen();
await new PushServiceClient(new HttpClient(seen)).RequestPushMessageDeliveryAsync(subscription, new PushMessage("hello"), vapid);

var token = seen.Authorization!.Split(new[] { ' ', ',', '=' }, StringSplitOptions.RemoveEmptyEntries).First(p => p.Count(c => c == '.') == 2);
var audience = JsonDocument.Parse(Base64Url.DecodeFromChars(token.Split('.')[1])).RootElement.GetProperty("aud").GetString();
Console.WriteLine($"Lib.Net.Http.WebPush {typeof(PushServiceClient).Assembly.GetName().Version}: endpoint {subscription.Endpoint}, aud {audience}");
return audience == "https://push.example.org" ? 0 : 1;

internal sealed class Seen : HttpMessageHandler
{
    public string? Authorization { get; private set; }

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Authorization = request.Headers.GetValues("Authorization").Single();
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.Created));
    }
}
CS
dotnet run -v q
