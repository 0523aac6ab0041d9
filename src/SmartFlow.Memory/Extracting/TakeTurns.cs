using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Memory.Extracting;

/// <summary>
/// Consumes memory.extract.requested: the turn is noted, once, and looked at by <see cref="Extractor"/>, so that a slow
/// model holds up no event. Of users whose memory is off nothing is noted.
/// </summary>
internal sealed class TakeTurns(
    IWriter<MemoryDb> writer,
    ExtractionSignal signal,
    IOptions<MemoryOptions> options,
    TimeProvider time
) : IConsumer
{
    private const int TurnIdMax = 64;
    private const int MessageMax = 100_000;

    public string Topic => Topics.Agent;

    public string Group => "smartflow-memory-agent-consumer";

    public Task<IReadOnlyList<string?>> HandleAsync(
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    ) =>
        events.OneByOneAsync(happened =>
            happened.Name == EventNames.MemoryExtractRequested && options.Value.Extraction
                ? TakeAsync(EventJson.Read<MemoryExtractRequested>(happened.Payload), cancellationToken)
                : Task.CompletedTask
        );

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);

    private async Task TakeAsync(MemoryExtractRequested asked, CancellationToken cancellationToken)
    {
        if (asked.TurnId.Length is 0 or > TurnIdMax || asked.Message.Length > MessageMax)
            throw new PoisonException("The turn has no id, or its message is too long.");
        if (asked.Message.Trim().Length == 0 || !(options.Value.EveryTurn || WorthALook.Is(asked.Message)))
            return;
        var (now, saidAt) = (time.MicrosNow(), asked.SaidAt.ToMicros());
        await writer.SaveAsync(
            async (db, token) =>
            {
                if (
                    await db.Owners.AnyAsync(o => o.UserId == asked.UserId && (!o.Enabled || o.OnSince > saidAt), token)
                    || await db.Looks.AnyAsync(l => l.TurnId == asked.TurnId, token)
                )
                    return;
                db.Looks.Add(
                    new Look
                    {
                        TurnId = asked.TurnId,
                        UserId = asked.UserId,
                        ConversationId = asked.ConversationId,
                        Message = asked.Message,
                        DueAt = now,
                        SaidAt = saidAt,
                        CreatedAt = now,
                    }
                );
            },
            cancellationToken
        );
        signal.Notify();
    }
}
