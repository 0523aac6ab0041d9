using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using SmartFlow.Platform.Outbound;
using static SmartFlow.Tests.Notification.NotificationFixture;

namespace SmartFlow.Tests.Notification;

/// <summary>Webhooks and bots against real servers: what arrives, and where nothing is sent to.</summary>
public sealed class ChannelTests
{
    [Fact]
    public async Task A_webhook_is_signed_so_that_its_receiver_can_check_it()
    {
        await using var f = await NotificationFixture.StartAsync();
        var made = await f.AddAsync(
            new
            {
                type = "webhook",
                address = f.Peer.Url + "/hook/secret-path",
                bearer = "let-me-in",
            }
        );
        var secret = made.GetProperty("secret").GetString()!;
        (await f.User.PostAsync($"{Channels}/{made.GetProperty("id")}/test"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("delivered")
            .GetBoolean()
            .ShouldBeTrue();
        var got = f.Peer.Received.Single();
        // As standardwebhooks.com says it, written down once more.
        using var hmac = new HMACSHA256(Convert.FromBase64String(secret["whsec_".Length..]));
        var signed = hmac.ComputeHash([
            .. Encoding.UTF8.GetBytes($"{got.Headers["webhook-id"]}.{got.Headers["webhook-timestamp"]}."),
            .. got.Body,
        ]);
        got.Headers["webhook-signature"].ShouldBe("v1," + Convert.ToBase64String(signed));
        got.Headers["Authorization"].ShouldBe("Bearer let-me-in");
        got.Headers["Content-Type"].ShouldBe("application/json");
        using var body = JsonDocument.Parse(got.Body.AsMemory());
        body.RootElement.GetProperty("type").GetString().ShouldBe("notification.test");
        body.RootElement.GetProperty("data")
            .GetProperty("url")
            .GetString()
            .ShouldBe("https://plan.example.org/notifications");
    }

    [Theory]
    [InlineData("https://127.0.0.1:{0}/x")]
    [InlineData("https://localhost:{0}/x")]
    [InlineData("https://127.1:{0}/x")]
    [InlineData("https://[::ffff:127.0.0.1]:{0}/x")]
    [InlineData("https://2130706433:{0}/x")]
    public async Task An_address_inside_is_not_connected_to_however_it_is_written(string address)
    {
        await using var f = await NotificationFixture.StartAsync(s =>
            s.Settings["Notification:AllowPrivateNetwork"] = "false"
        );
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var id = (
            await f.AddAsync(
                new { type = "webhook", address = address.Replace("{0}", $"{port}", StringComparison.Ordinal) }
            )
        ).GetProperty("id");
        (await f.User.PostAsync($"{Channels}/{id}/test"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("reason")
            .GetString()
            .ShouldBe("private_address");
        listener.Pending().ShouldBeFalse();
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var f = await NotificationFixture.StartAsync();
        await using var inside = await LoopbackPeer.StartAsync();
        var id = (await f.AddWebhookAsync()).GetProperty("id");
        f.Peer.Answers = (http, _) =>
        {
            http.Response.StatusCode = 307;
            http.Response.Headers.Location = inside.Url + "/admin";
            return Task.CompletedTask;
        };
        (await f.User.PostAsync($"{Channels}/{id}/test")).Json.GetProperty("reason").GetString().ShouldBe("redirect");
        inside.Received.ShouldBeEmpty();
    }

    [Fact]
    public async Task Nothing_of_our_traces_goes_to_a_peer()
    {
        await using var peer = await LoopbackPeer.StartAsync();
        using var activity = new Activity("delivery").Start();
        using var http = new OutsideHttp(privateToo: true, TimeSpan.FromSeconds(10));
        using var request = new HttpRequestMessage(HttpMethod.Post, peer.Url + "/hook/secret-path");
        (await http.SendAsync(request, default)).Status.ShouldBe(HttpStatusCode.OK);
        peer.Received.Single().Headers.ContainsKey("traceparent").ShouldBeFalse();
    }

    [Fact]
    public async Task Slow_endless_and_absent_peers_end_in_time()
    {
        await using var f = await NotificationFixture.StartAsync(s => s.Settings["Notification:SendSeconds"] = "2");
        var id = (await f.AddWebhookAsync()).GetProperty("id");
        f.Peer.Answers = async (http, _) =>
        {
            // Headers at once, then a body a byte at a time.
            for (var i = 0; i < 100; i++)
            {
                await http.Response.WriteAsync(".", http.RequestAborted);
                await http.Response.Body.FlushAsync(http.RequestAborted);
                await Task.Delay(200, http.RequestAborted);
            }
        };
        (await f.User.PostAsync($"{Channels}/{id}/test")).Json.GetProperty("reason").GetString().ShouldBe("timeout");
        f.Peer.Answers = async (http, _) =>
        {
            var much = new byte[64 * 1024];
            while (!http.RequestAborted.IsCancellationRequested)
                await http.Response.Body.WriteAsync(much, http.RequestAborted);
        };
        (await f.User.PostAsync($"{Channels}/{id}/test")).Json.GetProperty("delivered").GetBoolean().ShouldBeTrue();
        var gone = (
            await f.AddAsync(new { type = "webhook", address = $"http://127.0.0.1:{FreePorts.Next()}/x" })
        ).GetProperty("id");
        (await f.User.PostAsync($"{Channels}/{gone}/test"))
            .Json.GetProperty("reason")
            .GetString()
            .ShouldBe("unreachable");
    }

    [Fact]
    public async Task A_webhook_that_says_gone_is_switched_off()
    {
        await using var f = await NotificationFixture.StartAsync();
        await f.AddWebhookAsync();
        f.Peer.Says(410);
        await f.TellAsync("e1");
        await f.DeliveryAsync("failed", "gone");
        var channel = (await f.User.GetAsync(Channels)).Json.GetProperty("items")[0];
        channel.GetProperty("enabled").GetBoolean().ShouldBeFalse();
        channel.GetProperty("off_reason").GetString().ShouldBe("gone");
    }

    [Fact]
    public async Task Feishu_gets_its_signature_and_its_no_is_read_from_the_code()
    {
        await using var f = await NotificationFixture.StartAsync();
        var id = (
            await f.AddAsync(
                new
                {
                    type = "feishu",
                    address = f.Peer.Url + "/open-apis/bot/v2/hook/abc",
                    secret = "my-secret",
                }
            )
        ).GetProperty("id");
        f.Peer.Says(200, """{"code":0,"msg":"success","data":{}}""");
        await f.TellAsync("e1", title: "高数作业");
        await f.DeliveryAsync("sent");
        using var body = JsonDocument.Parse(f.Peer.Received.Single().Body.AsMemory());
        var root = body.RootElement;
        root.GetProperty("msg_type").GetString().ShouldBe("text");
        root.GetProperty("content").GetProperty("text").GetString()!.ShouldContain("高数作业");
        using var hmac = new HMACSHA256(
            Encoding.UTF8.GetBytes(root.GetProperty("timestamp").GetString() + "\n" + "my-secret")
        );
        root.GetProperty("sign").GetString().ShouldBe(Convert.ToBase64String(hmac.ComputeHash([])));
        f.Peer.Says(
            200,
            """{"code":19021,"msg":"sign match fail or timestamp is not within one hour from current time"}"""
        );
        (await f.User.PostAsync($"{Channels}/{id}/test"))
            .Json.GetProperty("reason")
            .GetString()
            .ShouldBe("feishu_19021");
        f.Peer.Says(200, "<html>");
        (await f.User.PostAsync($"{Channels}/{id}/test"))
            .Json.GetProperty("reason")
            .GetString()
            .ShouldBe("broken_answer");
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.16.0.1", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("2400:3200::1", true)]
    [InlineData("::1", false)]
    [InlineData("::", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("ff02::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:7f00:1::", false)]
    [InlineData("2001:0:7f00:1::", false)]
    public void What_is_public_is_known(string address, bool isPublic) =>
        PublicAddresses.Contain(IPAddress.Parse(address)).ShouldBe(isPublic);
}
