using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace SmartFlow.Tests.Platform.Telemetry;

/// <summary>A span as it came over the wire, with the service that sent it.</summary>
internal sealed record SeenSpan(
    string Trace,
    string Id,
    string Parent,
    string Name,
    int Kind,
    string Source,
    IReadOnlyDictionary<string, string> Tags,
    bool Failed,
    string Service
);

/// <summary>
/// A collector: receives OTLP over HTTP as protobuf on a free loopback port, and reads of it what the tests ask for.
/// Field numbers are those of opentelemetry/proto/trace/v1/trace.proto and common/v1/common.proto.
/// </summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<byte[]> traces = new();
    private readonly ConcurrentQueue<byte[]> metrics = new();

    private Collector(WebApplication app) => this.app = app;

    public string Endpoint => app.Urls.First();

    /// <summary>Everything that was sent, as it was sent.</summary>
    public IReadOnlyList<byte[]> Raw => [.. traces, .. metrics];

    public IReadOnlyList<SeenSpan> Spans => [.. traces.SelectMany(Read)];

    /// <summary>The names of all numbers that were sent.</summary>
    public IReadOnlySet<string> Instruments =>
        metrics.SelectMany(m => Path(m, 1, 2, 2, 1)).Select(n => n.ToStringUtf8()).ToHashSet();

    public static async Task<Collector> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        var collector = new Collector(app);
        app.MapPost("/v1/traces", c => TakeAsync(c, collector.traces));
        app.MapPost("/v1/metrics", c => TakeAsync(c, collector.metrics));
        await app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private static async Task TakeAsync(HttpContext context, ConcurrentQueue<byte[]> into)
    {
        context.Request.ContentType.ShouldBe("application/x-protobuf");
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        into.Enqueue(body.ToArray());
        context.Response.ContentType = "application/x-protobuf";
    }

    /// <summary>
    /// ExportTraceServiceRequest → resource_spans (1) → resource (1) → attributes (1); scope_spans (2) → scope (1),
    /// spans (2).
    /// </summary>
    private static IEnumerable<SeenSpan> Read(byte[] request) =>
        from sent in Path(request, 1)
        let service = Tags(Path(sent.ToByteArray(), 1, 1)).GetValueOrDefault("service.name", "")
        from scope in Path(sent.ToByteArray(), 2)
        let source = Path(scope.ToByteArray(), 1, 1).Select(n => n.ToStringUtf8()).FirstOrDefault("")
        from span in Path(scope.ToByteArray(), 2)
        select Span(span.ToByteArray(), source, service);

    private static SeenSpan Span(byte[] span, string source, string service)
    {
        var fields = Fields(span).ToLookup(f => f.Number, f => f);
        string Hex(int number) => fields[number].Select(f => Convert.ToHexString(f.Bytes.Span)).FirstOrDefault("");
        var failed = fields[15].Any(f => Fields(f.Bytes.ToByteArray()).Any(s => s is { Number: 3, Value: 2 }));
        return new SeenSpan(
            Hex(1),
            Hex(2),
            Hex(4),
            fields[5].First().Bytes.ToStringUtf8(),
            (int)fields[6].Select(f => f.Value).FirstOrDefault(),
            source,
            Tags(fields[9].Select(f => f.Bytes)),
            failed,
            service
        );
    }

    /// <summary>KeyValue: key (1), value (2).</summary>
    private static Dictionary<string, string> Tags(IEnumerable<ByteString> pairs) =>
        pairs
            .Select(p => Fields(p.ToByteArray()).ToLookup(x => x.Number, x => x.Bytes))
            .ToDictionary(p => p[1].First().ToStringUtf8(), p => Value(p[2].First().ToByteArray()));

    /// <summary>AnyValue: string (1), bool (2), int (3), double (4), array (5).</summary>
    private static string Value(byte[] any)
    {
        var field = Fields(any).FirstOrDefault();
        return field.Number switch
        {
            1 => field.Bytes.ToStringUtf8(),
            2 or 3 => field.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
            5 => string.Join(',', Path(field.Bytes.ToByteArray(), 1).Select(v => Value(v.ToByteArray()))),
            _ => "",
        };
    }

    private static IEnumerable<ByteString> Path(byte[] message, params int[] numbers) =>
        numbers.Aggregate((IEnumerable<ByteString>)[ByteString.CopyFrom(message)], (at, number) =>
            at.SelectMany(m => Fields(m.ToByteArray()).Where(f => f.Number == number).Select(f => f.Bytes))
        );

    private static IEnumerable<(int Number, ByteString Bytes, long Value)> Fields(byte[] message)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag && tag != 0)
        {
            var number = WireFormat.GetTagFieldNumber(tag);
            switch (WireFormat.GetTagWireType(tag))
            {
                case WireFormat.WireType.LengthDelimited:
                    yield return (number, input.ReadBytes(), 0);
                    break;
                case WireFormat.WireType.Varint:
                    yield return (number, ByteString.Empty, input.ReadInt64());
                    break;
                default:
                    input.SkipLastField();
                    break;
            }
        }
    }
}
