using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Platform.Rpc;

namespace SmartFlow.Tests.Platform.Telemetry;

/// <summary>A call between processes, seen from both sides.</summary>
[Collection(nameof(Telemetry))]
public sealed class RpcTelemetryTests
{
    [Fact]
    public async Task Both_sides_are_spans_of_one_trace_and_say_how_it_ended()
    {
        var spans = new ConcurrentQueue<Activity>();
        var numbers = new ConcurrentQueue<(string Name, string Method, string Status)>();
        using var listener = new ActivityListener
        {
            // The web server reads the traceparent only for somebody.
            ShouldListenTo = s => s.Name is "SmartFlow" or "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var meters = new MeterListener
        {
            InstrumentPublished = (i, l) =>
            {
                if (i.Name.StartsWith("rpc.", StringComparison.Ordinal))
                    l.EnableMeasurementEvents(i);
            },
        };
        meters.SetMeasurementEventCallback<double>(
            (i, _, tags, _) => numbers.Enqueue((i.Name, Tag(tags, "rpc.method"), Tag(tags, "rpc.response.status_code")))
        );
        meters.Start();

        await using var store = await SplitTests.StartAsync("tokenstore");
        await using var front = await SplitTests.StartAsync(
            "userauth,llm,gateway,agent,planner",
            ("TokenStore", store.RpcUrl)
        );
        var ledger = front.Services.GetRequiredService<ICreditLedger>();
        using var cause = new Activity("test").Start();
        var wrong = new ReserveRequest
        {
            Key = new CallKey { UserId = 1, EventId = "e" },
            AmountMicros = -1,
        };
        await Should.ThrowAsync<RefusedException>(() => ledger.ReserveAsync(wrong, default));

        const string method = "smartflow.ledger.CreditLedgerService/Reserve";
        IEnumerable<Activity> Ours() => spans.Where(s => s.TraceId == cause.TraceId && s.Source.Name == "SmartFlow");
        await Eventually.IsTrueAsync(() => Task.FromResult(Ours().Count() == 2), "both sides have ended");
        var ours = Ours().ToDictionary(s => s.Kind);
        ours[ActivityKind.Client].ParentSpanId.ShouldBe(cause.SpanId);
        foreach (var span in ours.Values)
        {
            span.DisplayName.ShouldBe(method);
            (span.GetTagItem("rpc.method"), span.GetTagItem("rpc.response.status_code"), span.Status).ShouldBe(
                (method, "INVALID_ARGUMENT", ActivityStatusCode.Error)
            );
        }
        numbers.ShouldContain(("rpc.client.call.duration", method, "INVALID_ARGUMENT"));
        numbers.ShouldContain(("rpc.server.call.duration", method, "INVALID_ARGUMENT"));
    }

    private static string Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var (key, value) in tags)
            if (key == name)
                return value?.ToString() ?? "";
        return "";
    }
}
