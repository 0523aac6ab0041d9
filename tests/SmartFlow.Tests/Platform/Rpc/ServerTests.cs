using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Rpc.Client;

namespace SmartFlow.Tests.Platform.Rpc;

/// <summary>The serving side, asked by our own client and by plain HTTP/2.</summary>
public sealed class ServerTests
{
    [Fact]
    public async Task A_call_and_a_stream_are_answered()
    {
        await using var app = await SmartFlowApp.StartEchoAsync();
        using var channel = app.Channel();
        (await channel.SayAsync(new SayRequest { Text = "你好" })).Text.ShouldBe("你好");
        (await channel.SayAsync(new SayRequest { Text = "do" }, "Do")).Text.ShouldBe("do");
        (await channel.SayAsync(new SayRequest())).ShouldBe(new SayResponse());
        (
            await channel.CountAsync(new CountRequest { To = 100, Bytes = 10 }).Select(m => m.Number).ToListAsync()
        ).ShouldBe(Enumerable.Range(1, 100));
        (await channel.CountAsync(new CountRequest()).ToListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_large_message_arrives_and_a_larger_one_is_refused_in_both_directions()
    {
        await using var app = await SmartFlowApp.StartEchoAsync();
        using var channel = app.Channel(o => o.MaxMessageBytes = 64 * 1_024 * 1_024);
        const int large = 4_000_000;
        (await channel.SayAsync(Sized(large))).Payload.Length.ShouldBe(large);
        (await FailsAsync(() => channel.SayAsync(Sized(5_000_000)))).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        (await FailsAsync(() => channel.SayAsync(new SayRequest { AnswerBytes = 5_000_000 }))).StatusCode.ShouldBe(
            StatusCode.ResourceExhausted
        );
        using var small = app.Channel(o => o.MaxMessageBytes = 1_024);
        (await FailsAsync(() => small.SayAsync(Sized(2_000)))).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        (await FailsAsync(() => small.SayAsync(new SayRequest { AnswerBytes = 2_000 }))).StatusCode.ShouldBe(
            StatusCode.ResourceExhausted
        );
        (await channel.SayAsync(Sized(10))).Payload.Length.ShouldBe(10);
    }

    [Fact]
    public async Task Compressed_messages_are_read_and_written()
    {
        await using var app = await SmartFlowApp.StartEchoAsync(("Rpc:CompressFromBytes", "1000"));
        using var channel = app.Channel(o => o.CompressFromBytes = 1_000);
        (await channel.SayAsync(Sized(1_000_000))).Payload.Length.ShouldBe(1_000_000);
        (await channel.SayAsync(Sized(10))).Payload.Length.ShouldBe(10);
        foreach (var (accepted, flag) in new[] { ("identity,gzip", 1), ("identity", 0) })
        {
            using var answer = await app.PostFrameAsync("Say", Sized(5_000), ("grpc-accept-encoding", accepted));
            (await answer.Content.ReadAsByteArrayAsync())[0].ShouldBe((byte)flag);
        }
        // 20 MB of zeros are a few kilobytes on the wire; refused before the method has seen them.
        var calls = app.Services.GetRequiredService<Echo>().Calls;
        using var bomber = app.Channel(o => (o.CompressFromBytes, o.MaxMessageBytes) = (1_000, 64 * 1_024 * 1_024));
        (await FailsAsync(() => bomber.SayAsync(Sized(20_000_000)))).StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        app.Services.GetRequiredService<Echo>().Calls.ShouldBe(calls);
    }

    [Fact]
    public async Task A_refusal_arrives_with_everything_that_it_says()
    {
        await using var app = await SmartFlowApp.StartEchoAsync();
        await using var front = await SmartFlowApp.StartAsync(s =>
        {
            s.Modules = [Echo.Module, new("Front", _ => { }, _ => { }, "Echo")];
            s.Settings["modules"] = "front";
            s.Settings["Auth:SigningKey"] = Convert.ToBase64String(new byte[32]);
            // One of the two addresses is out of reach.
            s.Settings["Remotes:Echo"] = $"http://127.0.0.1:1, {app.RpcUrl}";
            s.Settings["Rpc:Token"] = SmartFlowApp.RpcToken;
        });
        // One ready process is enough.
        await Eventually.GetAsync(() => front.Anonymous.FetchAsync("/readyz"), a => a.Status == HttpStatusCode.OK);
        var (echo, served) = (front.Services.GetRequiredService<IEcho>(), app.Services.GetRequiredService<Echo>());
        foreach (
            var code in new[]
            {
                ErrorCodes.InsufficientCredit,
                ErrorCodes.NotFound,
                ErrorCodes.Unimplemented,
                ErrorCodes.ProviderTimeout,
                ErrorCodes.Internal,
            }
        )
        {
            var refusal = await Should.ThrowAsync<RefusedException>(() =>
                echo.SayAsync(new SayRequest { Refusal = code.Code, Text = "说明 100%" }, default)
            );
            refusal.Code.ShouldBe(code);
            refusal.Message.ShouldBe("说明 100%");
            refusal.Errors!["text"].ShouldBe(["is wrong", "is late"]);
            refusal.Errors["中文"].ShouldBe(["ä"]);
            refusal.Extensions!["missing_micros"]!.ToString().ShouldBe("42");
            refusal.Extensions["list"]!.ToString().ShouldBe("[\"a\"]");
            refusal.RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));
        }
        // Somebody has decided: a second try would only ask again.
        var before = served.Calls;
        (
            await Should.ThrowAsync<RefusedException>(() =>
                echo.SayAsync(new SayRequest { Refusal = "unavailable", Text = "no" }, default)
            )
        ).Message.ShouldBe("no");
        served.Calls.ShouldBe(before + 1);
        var long_ = await Should.ThrowAsync<RefusedException>(() =>
            echo.SayAsync(new SayRequest { Refusal = "conflict", Text = new string('说', 100_000) }, default)
        );
        (long_.Code, long_.Message.Length).ShouldBe((ErrorCodes.Conflict, 501));
        var stream = await Should.ThrowAsync<RefusedException>(async () =>
            await echo.CountAsync(new CountRequest { To = 5, RefusedAfter = 3 }, default).ToListAsync()
        );
        stream.Code.ShouldBe(ErrorCodes.Conflict);
        var defect = await Should.ThrowAsync<RpcException>(() =>
            echo.SayAsync(new SayRequest { Defect = true }, default)
        );
        defect.StatusCode.ShouldBe(StatusCode.Internal);
        defect.Message.ShouldNotContain("secret");
    }

    [Fact]
    public async Task Processes_of_different_versions_understand_each_other_or_say_so()
    {
        await using var app = await SmartFlowApp.StartEchoAsync();
        using var channel = app.Channel();
        // A field that this version's proto file does not have: number 99, 1.
        var newer = SayRequest.Parser.ParseFrom([
            .. new SayRequest { Text = "from the future" }.ToByteArray(),
            0x98,
            0x06,
            1,
        ]);
        newer.CalculateSize().ShouldBeGreaterThan(new SayRequest { Text = "from the future" }.CalculateSize());
        (await channel.SayAsync(newer)).Text.ShouldBe("from the future");

        await using var older = await SmartFlowApp.StartAsync(s =>
        {
            s.Modules = [new("Old", _ => { }, _ => { })];
            SmartFlowApp.OpenRpc(s);
        });
        using var asked = older.Channel();
        var echo = (IEcho)RpcProxy.Create(RpcContract.Of<IEcho>(EchoReflection.Descriptor.Services[0]), asked, "Echo");
        var refusal = await Should.ThrowAsync<RefusedException>(() => echo.SayAsync(new SayRequest(), default));
        refusal.Code.ShouldBe(ErrorCodes.Unavailable);
        refusal.Message.ShouldContain("does not know Say");
        refusal = await Should.ThrowAsync<RefusedException>(async () =>
            await echo.CountAsync(new CountRequest(), default).ToListAsync()
        );
        refusal.Message.ShouldContain("does not know Count");
    }

    [Fact]
    public async Task A_deadline_ends_a_call_that_waits_and_one_that_does_not_listen()
    {
        await using var app = await SmartFlowApp.StartEchoAsync();
        var echo = app.Services.GetRequiredService<Echo>();
        // The client itself waits for ever: what ends the call is the server.
        foreach (
            var request in new[]
            {
                new SayRequest { Waits = true },
                new SayRequest { Deaf = true },
            }
        )
        {
            using var answer = await app.PostFrameAsync("Say", request, ("grpc-timeout", "50m"));
            answer.Headers.GetValues("grpc-status").Single().ShouldBe("4");
        }
        echo.Cancelled.ShouldBe(1);
        using var stream = await app.PostFrameAsync(
            "Count",
            new CountRequest { To = 3, WaitsAfter = 2 },
            ("grpc-timeout", "300m")
        );
        (await stream.Content.ReadAsByteArrayAsync()).Length.ShouldBeGreaterThan(0);
        stream.TrailingHeaders.GetValues("grpc-status").Single().ShouldBe("4");
        echo.Cancelled.ShouldBe(2);
        using var channel = app.Channel();
        (
            await FailsAsync(() =>
                channel.SayAsync(new SayRequest { Waits = true }, deadline: TimeSpan.FromMilliseconds(50))
            )
        ).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    [Fact]
    public async Task A_caller_that_goes_is_noticed()
    {
        await using var app = await SmartFlowApp.StartEchoAsync();
        var echo = app.Services.GetRequiredService<Echo>();
        using var channel = app.Channel();
        using var gone = new CancellationTokenSource();
        var call = channel.SayAsync(new SayRequest { Waits = true }, cancellationToken: gone.Token);
        await Eventually.IsTrueAsync(() => Task.FromResult(echo.Calls == 1), "the call arrives");
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
        await Eventually.IsTrueAsync(() => Task.FromResult(echo.Cancelled == 1), "the call hears of it");
        await foreach (var message in channel.CountAsync(new CountRequest { To = 10, WaitsAfter = 2 }))
            if (message.Number == 2)
                break;
        await Eventually.IsTrueAsync(() => Task.FromResult(echo.Cancelled == 2), "the stream hears of it");
    }

    [Fact]
    public async Task A_stream_waits_for_a_reader_that_does_not_read()
    {
        await using var app = await SmartFlowApp.StartEchoAsync();
        var echo = app.Services.GetRequiredService<Echo>();
        using var channel = app.Channel();
        const int messages = 2_000;
        await using var reader = channel
            .CountAsync(new CountRequest { To = messages, Bytes = 64 * 1_024 })
            .GetAsyncEnumerator();
        (await reader.MoveNextAsync()).ShouldBeTrue();
        // 125 MB do not fit in any window: what was made stops growing while nobody reads.
        var made = -1;
        await Eventually.IsTrueAsync(
            async () =>
            {
                var before = echo.Counted;
                await Task.Delay(100);
                made = echo.Counted;
                return made == before;
            },
            "the stream stands still"
        );
        made.ShouldBeLessThan(messages / 2);
        var read = 1;
        while (await reader.MoveNextAsync())
            read++;
        read.ShouldBe(messages);
    }

    [Fact]
    public async Task The_end_of_the_process_ends_streams_that_wait()
    {
        await using var app = await SmartFlowApp.StartEchoAsync(("Web:ShutdownSeconds", "600"));
        using var channel = app.Channel();
        await using var watch = channel.WatchAsync().GetAsyncEnumerator();
        while (watch.Current?.Status != HealthCheckResponse.Types.ServingStatus.Serving)
            (await watch.MoveNextAsync()).ShouldBeTrue();
        var stop = app.StopAsync();
        (await watch.MoveNextAsync()).ShouldBeTrue();
        watch.Current.Status.ShouldBe(HealthCheckResponse.Types.ServingStatus.NotServing);
        (await watch.MoveNextAsync()).ShouldBeFalse();
        await stop;
    }

    [Fact]
    public async Task A_thousand_calls_share_one_connection()
    {
        // A second connection would be refused.
        await using var app = await SmartFlowApp.StartEchoAsync(("Web:MaxConnections", "1"));
        var echo = app.Services.GetRequiredService<Echo>();
        using var channel = app.Channel(o => o.DeadlineSeconds = 60);
        using var end = new CancellationTokenSource();
        var calls = Enumerable
            .Range(0, 1_000)
            .Select(_ => channel.SayAsync(new SayRequest { Waits = true }, cancellationToken: end.Token))
            .ToArray();
        await Eventually.IsTrueAsync(() => Task.FromResult(echo.Calls == 1_000), "all of them run at the same time");
        await end.CancelAsync();
        foreach (var call in calls)
            await Should.ThrowAsync<OperationCanceledException>(() => call);
        await Eventually.IsTrueAsync(() => Task.FromResult(echo.Cancelled == 1_000), "all of them end");
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 1_000).Select(i => channel.SayAsync(new SayRequest { Text = $"{i}" }))
        );
        answers.Select(a => a.Text).ShouldBe(Enumerable.Range(0, 1_000).Select(i => $"{i}"));
    }

    [Fact]
    public async Task Only_the_service_token_opens_and_only_health_needs_none()
    {
        await using var app = await SmartFlowApp.StartEchoAsync();
        foreach (
            var token in new[]
            {
                "",
                "wrong",
                SmartFlowApp.RpcToken + "x",
                SmartFlowApp.RpcToken[1..],
                new string('x', 10_000),
            }
        )
        {
            using var stranger = app.Channel(o => o.Token = token);
            (await FailsAsync(() => stranger.SayAsync(new SayRequest()))).StatusCode.ShouldBe(
                StatusCode.Unauthenticated
            );
        }
        app.Services.GetRequiredService<Echo>().Calls.ShouldBe(0);
        using var nobody = await app.PostAsync("/smartflow.tests.echo.EchoService/None", [], ("authorization", ""));
        nobody.Headers.GetValues("grpc-status").Single().ShouldBe("16");
        using var health = await app.PostAsync("/grpc.health.v1.Health/Check", new byte[5], ("authorization", ""));
        health.TrailingHeaders.GetValues("grpc-status").Single().ShouldBe("0");
        (await health.Content.ReadAsByteArrayAsync()).ShouldBe(new byte[] { 0, 0, 0, 0, 2, 8, 1 });
    }

    [Fact]
    public async Task What_is_no_call_gets_a_plain_answer()
    {
        await using var app = await SmartFlowApp.StartEchoAsync();
        const string say = "/smartflow.tests.echo.EchoService/Say";
        (await app.PostAsync(say, new byte[5], ("content-type", "application/json"))).StatusCode.ShouldBe(
            HttpStatusCode.UnsupportedMediaType
        );
        (await app.SendAsync(HttpMethod.Get, say, null)).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        await StatusAsync("12", "/smartflow.tests.echo.EchoService/None", new byte[5]);
        await StatusAsync("12", "/", new byte[5]);
        await StatusAsync("13", say, []);
        await StatusAsync("13", say, new byte[10]);
        await StatusAsync("13", say, [0, 0, 0, 0, 9, 1]);
        await StatusAsync("2", say, [2, 0, 0, 0, 0]);
        await StatusAsync("13", say, [1, 0, 0, 0, 1, 7]);
        await StatusAsync("12", say, [1, 0, 0, 0, 1, 7], ("grpc-encoding", "br"));
        // The library says unknown of what breaks in the unpacking.
        await StatusAsync("2", say, [1, 0, 0, 0, 12, .. Enumerable.Repeat((byte)7, 12)], ("grpc-encoding", "gzip"));
        await StatusAsync("13", say, [0, 0, 0, 0, 2, 0xff, 0xff]);
        await StatusAsync("8", say, [0, 0x7f, 0xff, 0xff, 0xff, 0]);
        app.Services.GetRequiredService<Echo>().Calls.ShouldBe(0);

        async Task StatusAsync(string status, string path, byte[] body, params (string, string)[] headers)
        {
            using var answer = await app.PostAsync(path, body, headers);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answer.Content.Headers.ContentType.ShouldBe(new MediaTypeHeaderValue("application/grpc"));
            answer.Headers.GetValues("grpc-status").Single().ShouldBe(status, $"{path} {Convert.ToHexString(body)}");
            (await answer.Content.ReadAsByteArrayAsync()).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Neither_ports_paths_exist_on_the_other()
    {
        await using var app = await SmartFlowApp.StartEchoAsync();
        (await app.Anonymous.FetchAsync("/healthz")).ShouldBe(HttpStatusCode.OK);
        (await app.SendAsync(HttpMethod.Get, "/healthz", null)).StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed);
        using var web = await app.PostAsync("/healthz", []);
        web.Headers.GetValues("grpc-status").Single().ShouldBe("12");
        using var content = new ByteArrayContent(new byte[5]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        (
            await app.Anonymous.PostAsync(
                "/smartflow.tests.echo.EchoService/Say",
                content,
                ("Authorization", "Bearer " + SmartFlowApp.RpcToken)
            )
        ).ShouldBe(HttpStatusCode.NotFound);
    }

    private static SayRequest Sized(int bytes) => new() { Payload = ByteString.CopyFrom(new byte[bytes]) };

    internal static Task<RpcException> FailsAsync(Func<Task> call) => Should.ThrowAsync<RpcException>(call);
}
