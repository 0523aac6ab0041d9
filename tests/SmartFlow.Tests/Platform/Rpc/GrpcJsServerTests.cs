using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Google.Protobuf;
using Grpc.Core;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Rpc.Client;

namespace SmartFlow.Tests.Platform.Rpc;

/// <summary>Our client against the official JavaScript server, which stands in tests/clients/grpc.</summary>
public sealed class GrpcJsServerTests : IAsyncLifetime
{
    private Process node = null!;
    private RpcChannel channel = null!;

    public async ValueTask InitializeAsync()
    {
        (node, var port) = await new Node("grpc", "@grpc/grpc-js").StartAsync("server.mjs");
        channel = SmartFlowApp.Channel([Address(port)]);
    }

    public async ValueTask DisposeAsync()
    {
        channel.Dispose();
        node.StandardInput.Close();
        await node.WaitForExitAsync();
        node.Dispose();
    }

    [Fact]
    public async Task Calls_and_streams_are_answered()
    {
        (
            await channel.SayAsync(new SayRequest { Text = "你好", Payload = ByteString.CopyFrom(1, 2, 3) })
        ).Payload.ShouldBe(ByteString.CopyFrom(1, 2, 3));
        (await channel.SayAsync(new SayRequest { AnswerBytes = 4_000_000 })).Payload.Length.ShouldBe(4_000_000);
        (await FailsAsync(new SayRequest { AnswerBytes = 5_000_000 })).StatusCode.ShouldBe(
            StatusCode.ResourceExhausted
        );
        (
            await channel.CountAsync(new CountRequest { To = 1_000, Bytes = 2_000 }).Select(m => m.Number).ToListAsync()
        ).ShouldBe(Enumerable.Range(1, 1_000));
        (await channel.CountAsync(new CountRequest()).ToListAsync()).ShouldBeEmpty();
        var headers = JsonDocument
            .Parse((await channel.SayAsync(new SayRequest { Text = "headers" })).Text)
            .RootElement;
        headers.GetProperty("authorization").GetString().ShouldBe("Bearer " + SmartFlowApp.RpcToken);
        headers.GetProperty("left").GetDouble().ShouldBeInRange(1, 10_000);
    }

    [Fact]
    public async Task Compressed_requests_are_understood()
    {
        using var zipped = SmartFlowApp.Channel(channel.Addresses, o => o.CompressFromBytes = 100);
        var payload = ByteString.CopyFrom(new byte[100_000]);
        (await zipped.SayAsync(new SayRequest { Payload = payload })).Payload.ShouldBe(payload);
        (await zipped.SayAsync(new SayRequest { Text = "short" })).Text.ShouldBe("short");
    }

    [Fact]
    public async Task Errors_arrive_with_their_details()
    {
        var plain = await FailsAsync(new SayRequest { Text = "plain error" });
        (plain.StatusCode, plain.Status.Detail, plain.GetRpcStatus()).ShouldBe(
            (StatusCode.DataLoss, "全部 100% lost\n", null)
        );
        var begun = await FailsAsync(new SayRequest { Text = "begun, then error" });
        (begun.StatusCode, begun.Status.Detail).ShouldBe((StatusCode.Aborted, "begun"));

        var echo = (IEcho)
            RpcProxy.Create(RpcContract.Of<IEcho>(EchoReflection.Descriptor.Services[0]), channel, "Echo");
        var refusal = await Should.ThrowAsync<RefusedException>(() =>
            echo.SayAsync(new SayRequest { Refusal = ErrorCodes.OutcomeSettled.Code, Text = "说明" }, default)
        );
        (refusal.Code, refusal.Message, refusal.RetryAfter).ShouldBe(
            (ErrorCodes.OutcomeSettled, "说明", TimeSpan.FromSeconds(7))
        );
        refusal.Errors!["text"].ShouldBe(["is wrong"]);
        refusal.Extensions!["missing_micros"]!.ToString().ShouldBe("42");
        var unknown = await Should.ThrowAsync<RpcException>(() =>
            echo.SayAsync(new SayRequest { Refusal = "a code of tomorrow" }, default)
        );
        unknown.StatusCode.ShouldBe(StatusCode.FailedPrecondition);

        var numbers = new List<int>();
        var stream = await Should.ThrowAsync<RefusedException>(async () =>
        {
            await foreach (var message in echo.CountAsync(new CountRequest { To = 10, RefusedAfter = 3 }, default))
                numbers.Add(message.Number);
        });
        stream.Code.ShouldBe(ErrorCodes.Conflict);
        numbers.ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task A_deadline_ends_the_call_and_the_server_hears_of_it()
    {
        var late = await Should.ThrowAsync<RpcException>(() =>
            channel.SayAsync(new SayRequest { Waits = true }, deadline: TimeSpan.FromMilliseconds(100))
        );
        late.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        await CancelledAsync(1);
        var stream = await Should.ThrowAsync<RpcException>(async () =>
            await channel
                .CountAsync(new CountRequest { To = 5, WaitsAfter = 2 }, TimeSpan.FromMilliseconds(300))
                .ToListAsync()
        );
        stream.StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        await CancelledAsync(2);
    }

    [Fact]
    public async Task A_cancelled_call_and_a_stream_that_is_left_reset_the_stream()
    {
        using var gone = new CancellationTokenSource();
        var call = channel.SayAsync(new SayRequest { Waits = true }, cancellationToken: gone.Token);
        await Eventually.IsTrueAsync(
            async () => (await SeenAsync()).GetProperty("calls").GetInt32() > 1,
            "the call arrives"
        );
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => call);
        await CancelledAsync(1);
        await foreach (var message in channel.CountAsync(new CountRequest { To = 1_000_000, Bytes = 10_000 }))
            if (message.Number == 10)
                break;
        await CancelledAsync(2);
    }

    [Fact]
    public async Task Only_what_may_be_repeated_is_and_only_so_often()
    {
        (await channel.SayAsync(new SayRequest { Text = "a", Failures = 2 })).Number.ShouldBe(3);
        (await FailsAsync(new SayRequest { Text = "b", Failures = 3 })).StatusCode.ShouldBe(StatusCode.Unavailable);
        (await channel.SayAsync(new SayRequest { Text = "b", Failures = 3 })).Number.ShouldBe(4);
        (await FailsAsync(new SayRequest { Text = "c", Failures = 1 }, "Do")).StatusCode.ShouldBe(
            StatusCode.Unavailable
        );
        (await channel.SayAsync(new SayRequest { Text = "c", Failures = 1 }, "Do")).Number.ShouldBe(2);
        using var once = SmartFlowApp.Channel(channel.Addresses, o => o.Attempts = 1);
        (
            await Should.ThrowAsync<RpcException>(() => once.SayAsync(new SayRequest { Text = "d", Failures = 1 }))
        ).StatusCode.ShouldBe(StatusCode.Unavailable);
    }

    [Fact]
    public async Task Two_processes_take_turns_and_one_that_is_killed_is_left_out_until_it_is_back()
    {
        var server = new Node("grpc", "@grpc/grpc-js");
        var (second, port) = await server.StartAsync("server.mjs");
        using var both = SmartFlowApp.Channel([.. channel.Addresses, Address(port)]);
        await AnsweredByAsync(node.Id, second.Id);
        second.Kill();
        await second.WaitForExitAsync();
        second.Dispose();
        // What may be repeated never fails.
        for (var i = 0; i < 20; i++)
            (await both.SayAsync(new SayRequest { Text = "after" })).Text.ShouldBe("after");
        await AnsweredByAsync(node.Id);
        (second, _) = await server.StartAsync("server.mjs", port);
        await AnsweredByAsync(node.Id, second.Id);
        second.Kill();
        await second.WaitForExitAsync();
        second.Dispose();

        Task AnsweredByAsync(params int[] processes) =>
            Eventually.IsTrueAsync(
                async () =>
                {
                    var answered = new HashSet<int>();
                    for (var i = 0; i < 4; i++)
                        answered.Add((await SeenAsync(both)).GetProperty("pid").GetInt32());
                    return answered.SetEquals(processes);
                },
                $"answers come from {string.Join(" and ", processes)}"
            );
    }

    /// <summary>
    /// Which address the first call goes to is chance: where it is the dying one, that knows of its end. So several
    /// times.
    /// </summary>
    [Fact]
    public async Task An_address_that_dies_between_its_connection_and_its_first_call_is_left_out_too()
    {
        for (var round = 0; round < 4; round++)
        {
            using var dying = new TcpListener(IPAddress.Loopback, 0);
            dying.Start();
            using var both = SmartFlowApp.Channel([
                .. channel.Addresses,
                Address($"{((IPEndPoint)dying.LocalEndpoint).Port}"),
            ]);
            var first = both.SayAsync(new SayRequest());
            (await dying.AcceptTcpClientAsync()).Dispose();
            dying.Stop();
            await first;
            // Nothing here may be repeated.
            await Eventually.IsTrueAsync(() => AnsweredAsync(both, 20), "no call goes to the dead address any more");
        }

        static async Task<bool> AnsweredAsync(RpcChannel from, int calls)
        {
            try
            {
                for (var i = 0; i < calls; i++)
                    await from.SayAsync(new SayRequest(), "Do");
                return true;
            }
            catch (RpcException e) when (e.StatusCode == StatusCode.Unavailable)
            {
                return false;
            }
        }
    }

    [Fact]
    public async Task Nobody_at_the_address_is_unavailable()
    {
        using var nobody = SmartFlowApp.Channel([Address("1")]);
        (await Should.ThrowAsync<RpcException>(() => nobody.SayAsync(new SayRequest()))).StatusCode.ShouldBe(
            StatusCode.Unavailable
        );
    }

    [Fact]
    public async Task A_side_that_says_nothing_at_all_is_left_at_the_deadline()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var nobody = SmartFlowApp.Channel([Address($"{((IPEndPoint)silent.LocalEndpoint).Port}")]);
        var deadline = TimeSpan.FromMilliseconds(100);
        (
            await Should.ThrowAsync<RpcException>(() => nobody.SayAsync(new SayRequest(), deadline: deadline))
        ).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
        (
            await Should.ThrowAsync<RpcException>(async () =>
                await nobody.CountAsync(new CountRequest(), deadline).ToListAsync()
            )
        ).StatusCode.ShouldBe(StatusCode.DeadlineExceeded);
    }

    private static Uri Address(string port) =>
        new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));

    private Task<RpcException> FailsAsync(SayRequest request, string method = "Say") =>
        Should.ThrowAsync<RpcException>(() => channel.SayAsync(request, method));

    private Task CancelledAsync(int count) =>
        Eventually.IsTrueAsync(
            async () => (await SeenAsync()).GetProperty("cancelled").GetInt32() == count,
            $"{count} calls were cancelled"
        );

    private Task<JsonElement> SeenAsync() => SeenAsync(channel);

    private static async Task<JsonElement> SeenAsync(RpcChannel from) =>
        JsonDocument.Parse((await from.SayAsync(new SayRequest { Text = "seen" })).Text).RootElement;
}
