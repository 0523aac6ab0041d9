using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace SmartFlow.Tests.Platform.Rpc;

/// <summary>Calls by plain HTTP/2, for what no client would send.</summary>
internal static class PlainCalls
{
    private static readonly HttpMessageInvoker Http = new(new SocketsHttpHandler { UseCookies = false });

    /// <summary>One message to a method of the echo.</summary>
    public static Task<HttpResponseMessage> PostFrameAsync(
        this SmartFlowApp app,
        string method,
        IMessage message,
        params (string Name, string Value)[] headers
    )
    {
        byte[] body = [0, 0, 0, 0, 0, .. message.ToByteArray()];
        BinaryPrimitives.WriteInt32BigEndian(body.AsSpan(1), body.Length - 5);
        return app.PostAsync("/smartflow.tests.echo.EchoService/" + method, body, headers);
    }

    public static Task<HttpResponseMessage> PostAsync(
        this SmartFlowApp app,
        string path,
        byte[] body,
        params (string Name, string Value)[] headers
    ) => app.SendAsync(HttpMethod.Post, path, body, headers);

    /// <summary>The headers replace those of a good call.</summary>
    public static async Task<HttpResponseMessage> SendAsync(
        this SmartFlowApp app,
        HttpMethod method,
        string path,
        byte[]? body,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, new Uri(app.RpcUrl, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        var all = new Dictionary<string, string>
        {
            ["te"] = "trailers",
            ["authorization"] = "Bearer " + SmartFlowApp.RpcToken,
            ["content-type"] = "application/grpc",
        };
        foreach (var (name, value) in headers)
            all[name] = value;
        if (body is not null)
            request.Content = new ByteArrayContent(body)
            {
                Headers = { ContentType = MediaTypeHeaderValue.Parse(all["content-type"]) },
            };
        all.Remove("content-type");
        foreach (var (name, value) in all)
            request.Headers.TryAddWithoutValidation(name, value);
        // Only a defect reaches it.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var response = await Http.SendAsync(request, limit.Token);
        await response.Content.LoadIntoBufferAsync(limit.Token);
        return response;
    }
}
