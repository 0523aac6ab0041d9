using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Rpc;

namespace SmartFlow.Tests.Platform.Rpc;

/// <summary>The interface of echo.proto.</summary>
public interface IEcho
{
    Task<SayResponse> SayAsync(SayRequest request, CancellationToken cancellationToken);

    ValueTask<SayResponse> DoAsync(SayRequest request, CancellationToken cancellationToken);

    IAsyncEnumerable<SayResponse> CountAsync(CountRequest request, CancellationToken cancellationToken);
}

/// <summary>Says back what it hears, and remembers what happened to it.</summary>
public sealed class Echo : IEcho
{
    private int calls;
    private int counted;
    private int cancelled;

    public int Calls => Volatile.Read(ref calls);

    /// <summary>Messages of streams that were made.</summary>
    public int Counted => Volatile.Read(ref counted);

    /// <summary>Waiting calls whose cancellation arrived.</summary>
    public int Cancelled => Volatile.Read(ref cancelled);

    /// <summary>The module of it, for a table of its own.</summary>
    public static Module Module { get; } =
        new(
            "Echo",
            b => b.Services.AddSingleton<Echo>().AddSingleton<IEcho>(p => p.GetRequiredService<Echo>()),
            _ => { }
        )
        {
            Contracts = () => [RpcContract.Of<IEcho>(EchoReflection.Descriptor.Services[0])],
        };

    public async Task<SayResponse> SayAsync(SayRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref calls);
        if (request.Defect)
            throw new InvalidOperationException("secret internals");
        if (ErrorCodes.Find(request.Refusal) is { } code)
            throw Refusal(code, request.Text);
        if (request.Deaf)
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
        if (request.Waits)
            await WaitAsync(cancellationToken);
        return new SayResponse
        {
            Text = request.Text,
            Payload = request.AnswerBytes > 0 ? ByteString.CopyFrom(new byte[request.AnswerBytes]) : request.Payload,
        };
    }

    public async ValueTask<SayResponse> DoAsync(SayRequest request, CancellationToken cancellationToken) =>
        await SayAsync(request, cancellationToken);

    public async IAsyncEnumerable<SayResponse> CountAsync(
        CountRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var payload = ByteString.CopyFrom(new byte[request.Bytes]);
        for (var i = 1; i <= request.To; i++)
        {
            Interlocked.Increment(ref counted);
            yield return new SayResponse { Number = i, Payload = payload };
            if (i == request.WaitsAfter)
                await WaitAsync(cancellationToken);
            if (i == request.RefusedAfter)
                throw Refusal(ErrorCodes.Conflict, "in mid-stream");
        }
    }

    private static RefusedException Refusal(ErrorCode code, string text) =>
        new(
            code,
            text,
            new Dictionary<string, string[]> { ["text"] = ["is wrong", "is late"], ["中文"] = ["ä"] },
            new Dictionary<string, object?> { ["missing_micros"] = 42L, ["list"] = new[] { "a" } },
            TimeSpan.FromSeconds(7)
        );

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref cancelled);
            throw;
        }
    }
}
