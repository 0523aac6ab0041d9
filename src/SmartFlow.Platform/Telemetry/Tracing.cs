using System.Diagnostics;
using SmartFlow.Platform.Bus;

namespace SmartFlow.Platform.Telemetry;

/// <summary>
/// The program's own spans. Where nobody listens nothing is allocated: ask <see cref="ActivitySource.HasListeners"/>
/// before a name or a tag is made. A span never holds a prompt, an answer, a key or a secret.
/// </summary>
public static class Tracing
{
    /// <summary>Of the source of all our spans.</summary>
    public const string SourceName = "SmartFlow";

    public static readonly ActivitySource Source = new(SourceName);

    /// <summary>
    /// What is written beside an event so that its handling belongs to the same trace; empty where nobody listens.
    /// </summary>
    /// <param name="span">The cause; null: what is current.</param>
    public static string Traceparent(Activity? span) =>
        Source.HasListeners() && (span ?? Activity.Current) is { IdFormat: ActivityIdFormat.W3C, Id: { } id } ? id : "";

    /// <summary>
    /// The handling of an event, within the trace in which it was written. Dispose it when the effect is durable.
    /// </summary>
    /// <param name="happened">The event.</param>
    /// <param name="topic">It came from.</param>
    /// <param name="group">The consumer's.</param>
    public static Activity? StartHandling(this BusEvent happened, string topic, string group)
    {
        ArgumentNullException.ThrowIfNull(happened);
        if (!Source.HasListeners())
            return null;
        ActivityContext.TryParse(happened.Traceparent, null, isRemote: true, out var parent);
        return Source
            .StartActivity($"process {happened.Name}", ActivityKind.Consumer, parent)
            ?.SetTag("messaging.system", "smartflow")
            .SetTag("messaging.operation.type", "process")
            .SetTag("messaging.operation.name", "process")
            .SetTag("messaging.destination.name", topic)
            .SetTag("messaging.consumer.group.name", group);
    }

    /// <summary>Ends a span that failed.</summary>
    /// <param name="span">May be null.</param>
    /// <param name="errorType">Of few: an error code or an outcome, never a message.</param>
    public static void Fail(this Activity? span, string errorType)
    {
        if (span is null)
            return;
        span.SetTag("error.type", errorType);
        span.SetStatus(ActivityStatusCode.Error);
    }
}
