using System.Globalization;
using System.IO.Pipelines;
using System.Net.Http.Headers;
using Google.Protobuf;
using SmartFlow.Platform.Rpc.Standard;
using SmartFlow.Platform.Rpc.Wire;

namespace SmartFlow.Platform.Rpc.Client;

/// <summary>The answer of one call: messages, then the status. Leaving it early resets the stream.</summary>
internal sealed class ClientAnswer : IDisposable
{
    private readonly HttpResponseMessage response;
    private readonly bool onlyTrailers;
    private readonly PipeReader pipe;
    private readonly MessageReader messages;

    private ClientAnswer(HttpResponseMessage response, bool onlyTrailers, Stream body, int maxMessageBytes)
    {
        (this.response, this.onlyTrailers) = (response, onlyTrailers);
        pipe = PipeReader.Create(body);
        messages = new MessageReader(pipe, Value(response.Headers, CallHeaders.Encoding) == Gzip.Name, maxMessageBytes);
    }

    /// <exception cref="RpcException">The status, where there is no message to wait for ("trailers-only").</exception>
    public static async Task<ClientAnswer> OfAsync(
        HttpResponseMessage response, int maxMessageBytes, CancellationToken cancellationToken)
    {
        var onlyTrailers = Value(response.Headers, CallHeaders.Status) is not null;
        if (onlyTrailers && StatusOf(response.Headers) is { } status) throw status;
        var type = response.Content.Headers.ContentType?.ToString();
        if (response.StatusCode != System.Net.HttpStatusCode.OK || !CallHeaders.IsGrpc(type))
            throw ClientFailures.OfHttp(response);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return new ClientAnswer(response, onlyTrailers, body, maxMessageBytes);
    }

    /// <summary>The next message; null at a good end.</summary>
    /// <exception cref="RpcException">A bad end, a message that cannot be read, or a lost connection.</exception>
    public async ValueTask<T?> ReadAsync<T>(MessageParser<T> parser, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        try
        {
            if (await messages.ReadAsync(parser, cancellationToken) is { } message) return message;
        }
        catch (Exception e) when (ClientFailures.Of(e) is { } failure)
        {
            throw failure;
        }
        return !onlyTrailers && StatusOf(response.TrailingHeaders) is { } status ? throw status : null;
    }

    public void Dispose()
    {
        pipe.Complete();
        response.Dispose();
    }

    public static RpcException Ended() => new(RpcStatusCode.Internal, "The answer has no message.");

    private static RpcException? StatusOf(HttpResponseHeaders headers)
    {
        var text = Value(headers, CallHeaders.Status);
        if (text is null) return new RpcException(RpcStatusCode.Unknown, "The answer ended without a status.");
        if (text == "0") return null;
        var code = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 16
            ? (RpcStatusCode)number
            : RpcStatusCode.Unknown;
        return new RpcException(code, StatusText.Decode(Value(headers, CallHeaders.Message) ?? ""), Details(headers));
    }

    /// <summary>Details that cannot be read are none.</summary>
    private static Status? Details(HttpResponseHeaders headers)
    {
        if (Value(headers, ErrorDetails.Trailer) is not { } text || !BinaryHeader.TryDecode(text, out var bytes)) return null;
        try
        {
            return Status.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static string? Value(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) && values.Count > 0 ? values.First() : null;
}
