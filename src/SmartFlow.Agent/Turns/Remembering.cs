using System.Diagnostics.Metrics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Memory;
using SmartFlow.Platform.Telemetry;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Turns;

/// <summary>
/// What is known of a user, as models are told: data, kept with the turn that it was read for. A memory that is slow or
/// out of reach is done without, and counted; no turn fails for it.
/// </summary>
internal sealed partial class Remembering(
    IMemory memory,
    IMeterFactory meters,
    TimeProvider clock,
    IOptions<AgentOptions> options,
    ILogger<Remembering> logger
)
{
    private readonly Counter<long> recalls = meters
        .SmartFlow()
        .CreateCounter<long>(
            "smartflow.agent.recalls",
            "{recall}",
            "Turns that asked what is known of their user, by outcome: ok, off, slow, failed"
        );

    private readonly Tally failures = new(clock);

    /// <param name="key">The turn's: the same when its request is repeated.</param>
    /// <returns>A JSON array; null: memory is off, or could not be asked.</returns>
    public async Task<string?> OfAsync(ulong userId, string text, string key, CancellationToken cancellationToken)
    {
        try
        {
            // The wait has an end of its own: not every way to a memory ends with its token.
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var asking = memory.RecallAsync(
                new RecallRequest
                {
                    UserId = userId,
                    Text = text,
                    Key = key,
                },
                limit.Token
            );
            var patience = TimeSpan.FromMilliseconds(options.Value.RecallMilliseconds);
            limit.CancelAfter(patience);
            var found = await asking.WaitAsync(patience, cancellationToken);
            Count(found.Enabled ? "ok" : "off");
            return found.Enabled ? Write(found) : null;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            Count(e is TimeoutException or OperationCanceledException ? "slow" : "failed");
            if (failures.Add() is > 0 and var count)
                Log.NotRecalled(logger, e, count);
            return null;
        }
    }

    private static string Write(RecallResponse found) =>
        new JsonArray([
            .. found.Items.Select(i => new JsonObject
            {
                ["type"] = i.Type,
                ["text"] = i.Content.Length == 0 || i.Content == i.Title ? i.Title : $"{i.Title}: {i.Content}",
            }),
        ]).ToJsonString(WebJson.Options);

    private void Count(string outcome)
    {
        if (recalls.Enabled)
            recalls.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Warning,
            "What is known of a user could not be asked, {Count} times since this was last told; their turns went on without"
        )]
        public static partial void NotRecalled(ILogger logger, Exception e, long count);
    }
}
