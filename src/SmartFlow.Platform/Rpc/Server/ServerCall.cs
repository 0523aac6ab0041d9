using System.Globalization;
using System.IO.Pipelines;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using SmartFlow.Platform.Rpc.Standard;
using SmartFlow.Platform.Rpc.Wire;

namespace SmartFlow.Platform.Rpc.Server;

/// <summary>One call at the serving side: its limits, its messages and its end.</summary>
internal sealed class ServerCall : IDisposable
{
    private readonly HttpContext context;
    private readonly RpcOptions options;
    private readonly CancellationToken stopping;
    private readonly MessageReader reader;
    private readonly PipeWriter writer;
    private readonly int compressFrom;
    private CancellationTokenSource? limit;
    private bool begun;
    private bool torn;

    /// <exception cref="RpcException">A header that cannot be understood.</exception>
    public ServerCall(HttpContext context, RpcOptions options, CancellationToken stopping)
    {
        this.context = context;
        this.options = options;
        this.stopping = stopping;
        var headers = CallHeaders.Of(context.Request.Headers);
        reader = new MessageReader(context.Request.BodyReader, headers.Gzip, options.MaxMessageBytes);
        writer = context.Response.BodyWriter;
        if (headers.TakesGzip && options.CompressFromBytes > 0)
        {
            compressFrom = options.CompressFromBytes;
            context.Response.Headers[CallHeaders.Encoding] = Gzip.Name;
        }
        Token = context.RequestAborted;
        if (headers.Timeout is { } timeout) Limit(timeout);
        // The limit of a message takes the place of the limit of a body.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body) body.MaxRequestBodySize = null;
    }

    /// <summary>The caller has gone, or its deadline has passed.</summary>
    public CancellationToken Token { get; private set; }

    public bool HasDeadline { get; private set; }

    public bool IsLate => HasDeadline && Token.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested;

    public bool IsAbandoned => context.RequestAborted.IsCancellationRequested;

    /// <summary>For streams that wait: the end of the process ends them, too, and no slow caller is cut off.</summary>
    public void Wait(bool forRequests)
    {
        limit ??= CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var ends = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        context.Response.RegisterForDispose(ends);
        Token = ends.Token;
        if (forRequests && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate) rate.MinDataRate = null;
    }

    /// <exception cref="RpcException">There is none, more than one, or it cannot be read.</exception>
    public async ValueTask<T> ReadOnlyOneAsync<T>(MessageParser<T> parser) where T : class, IMessage<T> =>
        await reader.ReadOnlyOneAsync(parser, Token)
        ?? throw new RpcException(RpcStatusCode.Unimplemented, "This call takes one message, and none was sent.");

    public async IAsyncEnumerable<T> ReadAllAsync<T>(MessageParser<T> parser) where T : class, IMessage<T>
    {
        while (await reader.ReadAsync(parser, Token) is { } message) yield return message;
    }

    /// <summary>Puts a message in the connection's buffer; it leaves with the next flush or the end.</summary>
    public void Write(IMessage message)
    {
        torn = true;
        try
        {
            MessageWriter.Write(writer, message, compressFrom, options.MaxMessageBytes);
            begun = true;
        }
        catch (RpcException)
        {
            // Too large: nothing has been written.
            torn = false;
            throw;
        }
        torn = false;
    }

    /// <summary>Returns when the caller's window took what was written.</summary>
    public async ValueTask FlushAsync()
    {
        var flushed = await writer.FlushAsync(Token);
        if (flushed.IsCompleted || flushed.IsCanceled) throw new OperationCanceledException(Token);
    }

    /// <summary>Sends the headers of a stream before its first message.</summary>
    public async ValueTask BeginAsync()
    {
        begun = true;
        await context.Response.StartAsync(Token);
        await FlushAsync();
    }

    /// <summary>The status, as trailers; or as headers where a call fails before anything was sent.</summary>
    public void End(RpcStatusCode code, string message = "", Status? details = null)
    {
        if (torn)
        {
            context.Abort();
            return;
        }
        var target = begun || code == RpcStatusCode.Ok || context.Response.HasStarted
            ? context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers
            : context.Response.Headers;
        Write(target, code, message, details);
    }

    /// <summary>Writes a status where there is no call yet.</summary>
    public static void Write(IHeaderDictionary target, RpcStatusCode code, string message, Status? details = null)
    {
        target[CallHeaders.Status] = code == RpcStatusCode.Ok ? "0" : ((int)code).ToString(CultureInfo.InvariantCulture);
        if (message.Length > 0) target[CallHeaders.Message] = StatusText.Encode(message);
        if (details is not null) target[ErrorDetails.Trailer] = BinaryHeader.Encode(details.ToByteArray());
    }

    public void Dispose() => limit?.Dispose();

    private void Limit(TimeSpan timeout)
    {
        HasDeadline = true;
        limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(timeout);
        Token = limit.Token;
    }
}
