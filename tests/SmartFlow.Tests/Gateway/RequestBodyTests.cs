using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Gateway;

/// <summary>How bodies may come: packed, large, slow, and how much of them at one time.</summary>
public sealed class RequestBodyTests
{
    private static readonly string[] Encodings = ["gzip", "x-gzip", "GZIP", "deflate", "raw deflate", "br", "zstd"];

    [Fact]
    public async Task A_body_may_come_packed_on_every_route_within_the_limits()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await GatewayClient.StartAsync(provider, s =>
            (s.Settings["Gateway:MaxBodyBytes"], s.Settings["Gateway:MaxImageBodyBytes"]) = ("200000", "200000")
        );
        var mei = await app.SignUpAsync();
        foreach (var encoding in Encodings)
        foreach (
            var (path, body) in ((string, string)[])
                [
                    ("/v1/chat/completions", """{"max_tokens":5,"messages":[{"role":"user","content":"Grüezi"}]}"""),
                    ("/v1/responses", """{"input":"Grüezi"}"""),
                    ("/v1/messages", """{"max_tokens":5,"messages":[{"role":"user","content":"Grüezi"}]}"""),
                    ("/v1/embeddings", """{"input":"Grüezi"}"""),
                    ("/v1/messages/count_tokens", """{"messages":[{"role":"user","content":"Grüezi"}]}"""),
                ]
        )
        {
            provider.Forget();
            (await SendAsync(mei, path, Pack(encoding, Encoding.UTF8.GetBytes(body)), encoding)).ShouldBe(
                HttpStatusCode.OK
            );
            if (!path.EndsWith("tokens", StringComparison.Ordinal))
                provider.Received.ShouldHaveSingleItem().Raw.Replace("\\u00FC", "ü").ShouldContain("Grüezi");
        }
        provider.Forget();
        (await SendAsync(mei, "/v1/responses", Encoding.UTF8.GetBytes("""{"input":"x"}"""), "identity")).ShouldBe(
            HttpStatusCode.OK
        );
        provider.Forget();
        var bomb = new byte[20_000_000];
        foreach (var encoding in Encodings)
        {
            var packed = Pack(encoding, bomb);
            packed.Length.ShouldBeLessThan(100_000);
            (await SendAsync(mei, "/v1/chat/completions", packed, encoding)).ShouldBeError(ErrorCodes.PayloadTooLarge);
            var good = Pack(
                encoding,
                Encoding.UTF8.GetBytes(
                    """{"max_tokens":5,"messages":[{"role":"user","content":"a long enough text to be cut"}]}"""
                )
            );
            (await SendAsync(mei, "/v1/chat/completions", good[..(good.Length / 2)], encoding)).ShouldBeError(
                ErrorCodes.MalformedBody
            );
            if (encoding != "raw deflate")
                (await SendAsync(mei, "/v1/chat/completions", "{\"messages\":1}"u8.ToArray(), encoding)).ShouldBeError(
                    ErrorCodes.MalformedBody
                );
        }
        // A frame that says it needs a window of 2 GiB, in six bytes.
        (
            await SendAsync(mei, "/v1/chat/completions", [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA8, 0x01, 0x00, 0x00], "zstd")
        ).ShouldBeError(ErrorCodes.MalformedBody);
        foreach (var encoding in (string[])["compress", "gzip, br", "br, gzip", "identity, gzip", "aes128gcm"])
        {
            var refused = await SendAsync(mei, "/v1/chat/completions", "{}"u8.ToArray(), encoding);
            refused.ShouldBeError(ErrorCodes.UnsupportedMediaType);
            refused.Header("Accept-Encoding").ShouldBe("gzip, deflate, br, zstd");
        }
        var inItsShape = await SendAsync(mei, "/v1/messages", "{}"u8.ToArray(), "compress");
        JsonNode.Parse(inItsShape.ShouldBe(HttpStatusCode.UnsupportedMediaType).Text)!["type"]!
            .GetValue<string>()
            .ShouldBe("error");
        provider.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_context_of_a_million_tokens_has_room_by_default()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await GatewayClient.StartAsync(provider, s =>
            s.Settings["TokenStore:WelcomeCredits"] = "100000"
        );
        var mei = await app.SignUpAsync();
        var text = string.Concat(Enumerable.Repeat("\\u4e2d", 1_000_000));
        (
            await SendAsync(
                mei,
                "/v1/chat/completions",
                Encoding.ASCII.GetBytes($$"""{"max_tokens":5,"messages":[{"role":"user","content":"{{text}}"}]}"""),
                null
            )
        ).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Large_bodies_of_one_user_and_of_all_have_a_budget_that_is_given_back()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await GatewayClient.StartAsync(provider, s =>
        {
            (s.Settings["Gateway:MaxBodyBytes"], s.Settings["Gateway:MaxImageBodyBytes"]) = ("100000", "100000");
            (s.Settings["Gateway:MaxUserBodyBytes"], s.Settings["Gateway:MaxTotalBodyBytes"]) = ("200000", "300000");
            s.Settings["TokenStore:WelcomeCredits"] = "100000";
        });
        var (mei, bob) = (await app.SignUpAsync(), await app.SignUpAsync("bob"));
        object large = GatewayClient.Chat(new string('x', 90_000));
        provider.Hold();
        Task<Answer>[] running = [mei.ChatAsync(large), mei.ChatAsync(large)];
        await provider.WhenReceivedAsync(2);
        var refused = await mei.ChatAsync(large);
        refused.ShouldBeError(ErrorCodes.RateLimited);
        refused.Header("Retry-After").ShouldBe("1");
        // On the same connection, which a refusal leaves as it was.
        var small = mei.ChatAsync(GatewayClient.Chat("small"));
        Task<Answer>[] others = [bob.ChatAsync(large)];
        var arrived = provider.WhenReceivedAsync(4);
        if (await Task.WhenAny([.. others, small, arrived]) is Task<Answer> early)
            (await early).Text.ShouldBe("nothing yet");
        await arrived;
        var full = await bob.ChatAsync(large);
        full.ShouldBeError(ErrorCodes.Unavailable);
        full.Header("Retry-After").ShouldBe("1");
        provider.LetGo();
        foreach (var answer in await Task.WhenAll([.. running, .. others, small]))
            answer.ShouldBe(HttpStatusCode.OK);
        await Eventually.IsTrueAsync(
            () =>
                Task.FromResult(
                    (
                        (SmartFlow.Platform.Web.BodyBudget)
                            app.Services.GetService(typeof(SmartFlow.Platform.Web.BodyBudget))!
                    ).Total == 0
                ),
            "all is given back"
        );
        (await mei.ChatAsync(large)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Who_can_be_admitted_to_nothing_is_refused_before_a_large_body_has_come()
    {
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await GatewayClient.StartAsync(provider, s =>
            s.Settings["TokenStore:WelcomeCredits"] = "1000"
        );
        var mei = await app.SignUpAsync();
        object large = GatewayClient.Chat(new string('x', 20_000), maxTokens: 1);
        (await mei.ChatAsync(large, "paid")).ShouldBe(HttpStatusCode.OK);
        await Eventually.IsTrueAsync(
            async () =>
            {
                var left = (await mei.GetAsync("/api/v1/credit-store/summary"))
                    .Json.GetProperty("balance_micros")
                    .GetInt64();
                if (left > 0)
                    await app.ChargeAsync(mei, left, $"rest-{left}");
                return left == 0;
            },
            "nothing is left"
        );
        (await mei.ChatAsync(large)).ShouldBeError(ErrorCodes.InsufficientCredit);
        foreach (var framing in (string[])["Content-Length: 100000", "Transfer-Encoding: chunked"])
            (await FirstLineAsync(app, mei, framing)).ShouldBe("HTTP/1.1 402 Payment Required");
        (await FirstLineAsync(app, mei, "Content-Length: 10\r\n\r\n0123456789")).ShouldBe("HTTP/1.1 400 Bad Request");
        (await mei.ChatAsync(large, "paid"))
            .ShouldBe(HttpStatusCode.OK)
            .Header("x-smartflow-replayed")
            .ShouldBe("true");
    }

    private static async Task<string?> FirstLineAsync(SmartFlowApp app, TestUser user, string framing)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(app.Url.Host, app.Url.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {user.AccessToken}\r\n{framing}\r\n\r\n"
            )
        );
        using var reader = new StreamReader(stream);
        return await reader.ReadLineAsync();
    }

    [Fact]
    public async Task A_body_that_does_not_come_is_not_waited_for_longer_than_the_settings_say()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Gateway:BodySeconds"] = "1");
        var mei = await app.SignUpAsync();
        foreach (var encoding in (string[])["", "Content-Encoding: gzip\r\n"])
        {
            using var socket = new TcpClient();
            await socket.ConnectAsync(app.Url.Host, app.Url.Port);
            var stream = socket.GetStream();
            await stream.WriteAsync(
                Encoding.ASCII.GetBytes(
                    $"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {mei.AccessToken}\r\n{encoding}Content-Length: 100\r\n\r\n"
                )
            );
            await stream.WriteAsync(new byte[] { 0x1f, 0x8b });
            using var reader = new StreamReader(stream);
            (await reader.ReadLineAsync()).ShouldBe("HTTP/1.1 408 Request Timeout");
        }
    }

    [Fact]
    public async Task A_body_may_come_in_pieces_or_after_it_was_asked_for()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        using var socket = new TcpClient();
        await socket.ConnectAsync(app.Url.Host, app.Url.Port);
        var stream = socket.GetStream();
        const string body = """{"model":"demo","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}""";
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {mei.AccessToken}\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
        );
        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync()).ShouldBe("HTTP/1.1 100 Continue");
        (await reader.ReadLineAsync()).ShouldBe("");
        foreach (var piece in body.Chunk(10))
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"{piece.Length:x}\r\n{new string(piece)}\r\n"));
        await stream.WriteAsync("0\r\n\r\n"u8.ToArray());
        (await reader.ReadLineAsync()).ShouldBe("HTTP/1.1 200 OK");
    }

    [Fact]
    public async Task Settings_that_contradict_each_other_stop_the_start()
    {
        var refused = await Should.ThrowAsync<Exception>(() =>
            SmartFlowApp.StartAsync(s => s.Settings["Gateway:MaxUserBodyBytes"] = "1024")
        );
        refused.ToString().ShouldContain("MaxUserBodyBytes");
        var origin = await Should.ThrowAsync<Exception>(() =>
            SmartFlowApp.StartAsync(s => s.Settings["Gateway:CorsOrigins"] = "https://a.org/page")
        );
        origin.ToString().ShouldContain("is not an origin");
    }

    private static Task<Answer> SendAsync(TestUser user, string path, byte[] body, string? encoding)
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (encoding is not null)
            content.Headers.TryAddWithoutValidation(
                "Content-Encoding",
                encoding == "raw deflate" ? "deflate" : encoding
            );
        return user.PostAsync(path, content);
    }

    private static byte[] Pack(string encoding, byte[] body)
    {
        using var packed = new MemoryStream();
        using (
            Stream stream = encoding switch
            {
                "deflate" => new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true),
                "raw deflate" => new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true),
                "br" => new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true),
                "zstd" => new ZstdSharp.CompressionStream(packed, leaveOpen: true),
                _ => new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true),
            }
        )
            stream.Write(body);
        return packed.ToArray();
    }
}
