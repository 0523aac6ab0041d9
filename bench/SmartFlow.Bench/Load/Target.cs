using System.Globalization;
using System.Net;
using System.Text;

namespace SmartFlow.Bench.Load;

/// <summary>Where requests go and what they carry; each connection takes the next header lines in turn.</summary>
internal sealed record Target(string Name, int Port, IReadOnlyList<string> Headers)
{
    public IPEndPoint Address => new(IPAddress.Loopback, Port);

    /// <summary>The bytes of one request.</summary>
    public byte[] Request(bool stream, string model, int connection)
    {
        var body =
            "{\"model\":\""
            + model
            + "\",\"messages\":[{\"role\":\"system\",\"content\":\"You are a helpful assistant.\"},"
            + "{\"role\":\"user\",\"content\":\"Tell me something about planning a week of study.\"}],\"max_tokens\":256"
            + (stream ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}}" : "}");
        var headers = Headers.Count == 0 ? "" : Headers[connection % Headers.Count];
        return Encoding.ASCII.GetBytes(
            string.Create(
                CultureInfo.InvariantCulture,
                $"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\n{headers}Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"
            )
        );
    }
}
