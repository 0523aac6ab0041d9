using System.Runtime.CompilerServices;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;
using SmartFlow.Platform.Rpc;
using SmartFlow.Tests.Platform.Rpc;

namespace SmartFlow.Bench.Rpc;

/// <summary>The interface of the tests' echo.proto.</summary>
public interface IEcho
{
    Task<SayResponse> SayAsync(SayRequest request, CancellationToken cancellationToken);

    ValueTask<SayResponse> DoAsync(SayRequest request, CancellationToken cancellationToken);

    IAsyncEnumerable<SayResponse> CountAsync(CountRequest request, CancellationToken cancellationToken);
}

/// <summary>Answers at once: what is measured is the way there and back.</summary>
public sealed class Echo : IEcho
{
    public static Module Module { get; } =
        new("Echo", b => b.Services.AddSingleton<IEcho, Echo>(), _ => { })
        {
            Contracts = () => [RpcContract.Of<IEcho>(EchoReflection.Descriptor.Services[0])],
        };

    public Task<SayResponse> SayAsync(SayRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new SayResponse { Text = request.Text, Payload = request.Payload });

    public async ValueTask<SayResponse> DoAsync(SayRequest request, CancellationToken cancellationToken) =>
        await SayAsync(request, cancellationToken);

    public async IAsyncEnumerable<SayResponse> CountAsync(
        CountRequest request,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await Task.CompletedTask;
        var payload = ByteString.CopyFrom(new byte[request.Bytes]);
        for (var i = 1; i <= request.To; i++)
            yield return new SayResponse { Number = i, Payload = payload };
    }
}
