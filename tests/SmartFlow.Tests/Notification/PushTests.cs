using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Notification;

/// <summary>
/// Web Push against a loopback push service that opens what arrives with the subscription's keys (RFC 8291).
/// </summary>
public sealed class PushTests
{
    private const string Channels = NotificationFixture.Centre + "/channels";

    [Fact]
    public async Task A_browser_can_read_what_it_is_pushed_and_the_service_knows_the_sender()
    {
        await using var f = await NotificationFixture.StartAsync();
        using var browser = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var auth = RandomNumberGenerator.GetBytes(16);
        f.Peer.Says(201);
        await f.AddAsync(Subscription(f, browser, auth));
        await f.TellAsync("e1", title: "交作业");
        await f.DeliveryAsync("sent");
        var got = f.Peer.Received.Single();
        got.Headers["Content-Encoding"].ShouldBe("aes128gcm");
        got.Headers["TTL"].ShouldBe("86400");
        using var shown = JsonDocument.Parse(Opened(browser, auth, got.Body).AsMemory());
        shown.RootElement.GetProperty("title").GetString().ShouldBe("快到期：交作业");
        shown.RootElement.GetProperty("path").GetString().ShouldBe("/today");

        var key = (await f.User.GetAsync(Channels))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("push_key")
            .GetString()!;
        var parts = got.Headers["Authorization"]["vapid ".Length..]
            .Split(',')
            .Select(p => p.Trim().Split('=', 2))
            .ToDictionary(p => p[0], p => p[1]);
        parts["k"].ShouldBe(key);
        VerifyToken(parts["t"], key, f.Peer.Url);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_subscription_that_is_gone_is_removed(int status)
    {
        await using var f = await NotificationFixture.StartAsync();
        using var browser = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        await f.AddAsync(Subscription(f, browser, new byte[16]));
        f.Peer.Says(status);
        await f.TellAsync("e1");
        await f.DeliveryAsync("failed", "gone");
        (await f.User.GetAsync(Channels)).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_service_that_is_busy_or_far_away_is_asked_again_later()
    {
        await using var f = await NotificationFixture.StartAsync(s => s.Settings["Notification:SendSeconds"] = "2");
        using var browser = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        await f.AddAsync(Subscription(f, browser, new byte[16]));
        f.Peer.Answers = (http, _) =>
        {
            http.Response.StatusCode = 429;
            http.Response.Headers.RetryAfter = "600";
            return Task.CompletedTask;
        };
        await f.TellAsync("e1");
        var waiting = await f.DeliveryAsync("waiting", "http_429");
        (waiting.GetProperty("next_try_at").GetDateTimeOffset() - f.App.Clock.GetUtcNow()).ShouldBeGreaterThan(
            TimeSpan.FromMinutes(8)
        );
        f.Peer.Answers = (http, _) => Task.Delay(TimeSpan.FromSeconds(30), http.RequestAborted);
        await f.TellAsync("e2");
        await f.DeliveryAsync("waiting", "timeout");
    }

    [Fact]
    public async Task The_keys_of_an_installation_stay_and_those_of_a_subscription_are_checked()
    {
        var folder = TestFolders.New();
        var keys = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            await using var app = await SmartFlowApp.StartAsync(s =>
            {
                s.DataFolder = folder;
                s.Settings["Notification:PushContact"] = "mailto:ops@example.org";
            });
            var mei = i == 0 ? await app.SignUpAsync() : await app.SignInAsync("mei");
            keys.Add((await mei.GetAsync(Channels)).Json.GetProperty("push_key").GetString()!);
            var refused = (
                await mei.PostAsync(
                    Channels,
                    new
                    {
                        type = "web_push",
                        address = "https://push.example.org/1",
                        p256dh = "AAAA",
                        auth = "AAAA",
                    }
                )
            ).ShouldBeRefused(ErrorCodes.InvalidArgument).Json.GetProperty("errors");
            refused.TryGetProperty("p256dh", out _).ShouldBeTrue();
            refused.TryGetProperty("auth", out _).ShouldBeTrue();
            // As long as a point and on no curve: nothing could be encrypted with it.
            var nowhere = Base64UrlEncoder.Encode([4, .. new byte[64]]);
            (
                await mei.PostAsync(
                    Channels,
                    new
                    {
                        type = "web_push",
                        address = "https://push.example.org/1",
                        p256dh = nowhere,
                        auth = Base64UrlEncoder.Encode(new byte[16]),
                    }
                )
            ).ShouldBeRefused(ErrorCodes.InvalidArgument).Json.GetProperty("errors").EnumerateObject().Single().Name.ShouldBe("p256dh");
        }
        TestFolders.Delete(folder);
        keys.Distinct().Count().ShouldBe(1);
        Base64UrlEncoder.DecodeBytes(keys[0]).Length.ShouldBe(65);
        await using var plain = await SmartFlowApp.StartAsync();
        (await (await plain.SignUpAsync()).GetAsync(Channels))
            .Json.GetProperty("push_key")
            .ValueKind.ShouldBe(JsonValueKind.Null);
    }

    private static object Subscription(NotificationFixture f, ECDiffieHellman browser, byte[] auth) =>
        new
        {
            type = "web_push",
            address = f.Peer.Url + "/push/abc",
            p256dh = Base64UrlEncoder.Encode(Point(browser.ExportParameters(false))),
            auth = Base64UrlEncoder.Encode(auth),
        };

    private static byte[] Point(ECParameters key) => [4, .. key.Q.X!, .. key.Q.Y!];

    private static ECParameters OfPoint(ReadOnlySpan<byte> point) =>
        new()
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = point[1..33].ToArray(), Y = point[33..65].ToArray() },
        };

    /// <summary>RFC 8291, section 3.4, with one record of RFC 8188.</summary>
    private static byte[] Opened(ECDiffieHellman browser, byte[] auth, byte[] body)
    {
        var (salt, sender, cipher) = (body[..16], body[21..(21 + body[20])], body[(21 + body[20])..]);
        using var other = ECDiffieHellman.Create(OfPoint(sender));
        var shared = browser.DeriveRawSecretAgreement(other.PublicKey);
        byte[] info =
        [
            .. Encoding.ASCII.GetBytes("WebPush: info\0"),
            .. Point(browser.ExportParameters(false)),
            .. sender,
        ];
        var material = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, auth, info);
        var key = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            material,
            16,
            salt,
            Encoding.ASCII.GetBytes("Content-Encoding: aes128gcm\0")
        );
        var nonce = HKDF.DeriveKey(
            HashAlgorithmName.SHA256,
            material,
            12,
            salt,
            Encoding.ASCII.GetBytes("Content-Encoding: nonce\0")
        );
        var plain = new byte[cipher.Length - 16];
        using var aes = new AesGcm(key, 16);
        aes.Decrypt(nonce, cipher.AsSpan(0, plain.Length), cipher.AsSpan(plain.Length), plain);
        var end = Array.FindLastIndex(plain, b => b != 0);
        plain[end].ShouldBe((byte)2);
        return plain[..end];
    }

    private static void VerifyToken(string token, string key, string origin)
    {
        var parts = token.Split('.');
        using var signer = ECDsa.Create(OfPoint(Base64UrlEncoder.DecodeBytes(key)));
        signer
            .VerifyData(
                Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"),
                Base64UrlEncoder.DecodeBytes(parts[2]),
                HashAlgorithmName.SHA256
            )
            .ShouldBeTrue();
        using var claims = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(parts[1]).AsMemory());
        // The library leaves the port out, which no push service has.
        claims.RootElement.GetProperty("aud").GetString().ShouldBe(origin[..origin.LastIndexOf(':')]);
        claims.RootElement.GetProperty("sub").GetString().ShouldBe("https://plan.example.org");
    }
}
