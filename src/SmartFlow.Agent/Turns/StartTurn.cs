using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Agent.Conversations;
using SmartFlow.Agent.Interactions;
using SmartFlow.Agent.Timeline;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using System.Text.Json.Nodes;

namespace SmartFlow.Agent.Turns;

/// <summary>What a client asked for, checked.</summary>
internal sealed record TurnRequest(
    ulong UserId, long? ConversationId, string Message, string Model, bool AlwaysAllow, string? InteractionId, bool Accept,
    string Comment, string RequestId, string? ClientKey, byte[] ClientHash);

/// <summary>A turn that begins, or the earlier one with the same Idempotency-Key.</summary>
internal sealed record Started(OpenTurn? Open, Turn? Repeated);

/// <summary>
/// Takes the conversation for a turn in one transaction: ownership, one turn at a time, the confirmation (used once),
/// and the user's words, which are kept whatever comes after.
/// </summary>
internal sealed class StartTurn(IWriter<AgentDb> writer, TimeProvider clock, IOptions<AgentOptions> options)
{
    private static readonly TimeSpan LeaseMargin = TimeSpan.FromSeconds(60);

    /// <exception cref="RefusedException">not_found, in_flight, conflict, key_reused, rate_limited.</exception>
    public async Task<Started> StartAsync(TurnRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await writer.WriteAsync((db, token) => StartAsync(db, request, token), cancellationToken);
        }
        catch (DbUpdateException) when (request.ClientKey is not null)
        {
            // PostgreSQL: the same key came in twice at once; the other one is visible now.
            return await writer.WriteAsync((db, token) => StartAsync(db, request, token), cancellationToken);
        }
    }

    private async Task<Started> StartAsync(AgentDb db, TurnRequest request, CancellationToken cancellationToken)
    {
        // :: Step 1: a repeat is shown the turn that it started.
        if (await RepeatedAsync(db, request, cancellationToken) is { } earlier) return new Started(null, earlier);

        // :: Step 2: the conversation, ours alone until the turn ends or its lease does.
        var now = clock.MicrosNow();
        var turnId = Guid.CreateVersion7(now).ToString("n");
        var conversation = await TakeAsync(db, request, turnId, now, cancellationToken);

        // :: Step 3: what waits for a word, used once.
        var interaction = request.InteractionId is { } id
            ? await Claim.TakeAsync(db, request.UserId, conversation.Id, id, request.Accept, now, cancellationToken)
            : null;

        // :: Step 4: the turn and the user's words.
        db.Turns.Add(new Turn
        {
            Id = turnId, ConversationId = conversation.Id, UserId = request.UserId, StartedAt = now,
            FirstSeq = conversation.LastSeq + 1, ClientKey = request.ClientKey,
            ClientHash = request.ClientKey is null ? null : request.ClientHash,
        });
        var seq = await Append.ToAsync(db, conversation.Id, turnId, now, Words(request), cancellationToken);
        return new Started(
            new OpenTurn(
                turnId, conversation.Id, request.UserId, request.Message,
                interaction?.Chinese ?? MessageLanguage.IsChinese(request.Message), request.Model, request.RequestId,
                conversation.AlwaysAllow,
                interaction is null ? null : new ConfirmationAnswer(interaction, request.Accept, request.Comment), seq),
            null);
    }

    private static async Task<Turn?> RepeatedAsync(AgentDb db, TurnRequest request, CancellationToken cancellationToken)
    {
        if (request.ClientKey is not { } key) return null;
        var earlier = await db.Turns.AsNoTracking()
            .FirstOrDefaultAsync(t => t.UserId == request.UserId && t.ClientKey == key, cancellationToken);
        return earlier is null || earlier.ClientHash.AsSpan().SequenceEqual(request.ClientHash)
            ? earlier
            : throw new RefusedException(ErrorCodes.KeyReused, "The Idempotency-Key was used for another message.");
    }

    private async Task<Conversation> TakeAsync(
        AgentDb db, TurnRequest request, string turnId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var userId = request.UserId;
        var running = await db.Conversations.CountAsync(c => c.UserId == userId && c.TurnId != null && c.TurnUntil > now, cancellationToken);
        if (running >= options.Value.RunningTurnsPerUserMax)
            throw new RefusedException(
                ErrorCodes.RateLimited, $"{running} conversations are being answered already. Wait for one or stop it.",
                retryAfter: TimeSpan.FromSeconds(5));
        var until = now + options.Value.TurnTimeout + TimeSpan.FromSeconds(options.Value.StopDrainSeconds) + LeaseMargin;
        return request.ConversationId is { } id
            ? await TakeExistingAsync(db, request, id, turnId, now, until, cancellationToken)
            : await TakeNewAsync(db, request, turnId, now, until, cancellationToken);
    }

    private async Task<Conversation> TakeNewAsync(
        AgentDb db, TurnRequest request, string turnId, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var max = options.Value.ConversationsMax;
        if (await db.Conversations.CountAsync(c => c.UserId == request.UserId, cancellationToken) >= max)
            throw new RefusedException(ErrorCodes.Conflict, $"There are {max} conversations already. Delete some first.");
        var made = new Conversation
        {
            UserId = request.UserId, Title = Titles.FirstWordsOf(request.Message), CreatedAt = now, UpdatedAt = now,
            AlwaysAllow = request.AlwaysAllow, TurnId = turnId, TurnUntil = until,
        };
        db.Conversations.Add(made);
        await db.SaveChangesAsync(cancellationToken);
        return made;
    }

    private async Task<Conversation> TakeExistingAsync(
        AgentDb db, TurnRequest request, long id, string turnId, DateTimeOffset now, DateTimeOffset until, CancellationToken cancellationToken)
    {
        var own = db.Conversations.Where(c => c.Id == id && c.UserId == request.UserId);
        var before = await own.AsNoTracking().FirstOrDefaultAsync(cancellationToken) ?? throw RefusedException.NotFound("conversation");
        if (before.LastSeq >= options.Value.TimelineItemsMax)
            throw new RefusedException(ErrorCodes.Conflict, "This conversation has reached its limit. Begin a new one.");
        DateTimeOffset? none = null;
        var taken = await own.Where(c => c.TurnId == null || c.TurnUntil <= now).ExecuteUpdateAsync(
            s => s.SetProperty(c => c.TurnId, turnId).SetProperty(c => c.TurnUntil, until).SetProperty(c => c.ArchivedAt, none)
                .SetProperty(c => c.AlwaysAllow, c => c.AlwaysAllow || request.AlwaysAllow),
            cancellationToken);
        if (taken == 0)
            throw new RefusedException(
                ErrorCodes.InFlight, "This conversation is being answered. Wait for the answer or stop it.",
                retryAfter: TimeSpan.FromSeconds(2));
        if (before.TurnId is { } dead) await Lost.RecordAsync(db, id, dead, turnId, now, cancellationToken);
        return await own.AsNoTracking().FirstAsync(cancellationToken);
    }

    private static List<NewItem> Words(TurnRequest request)
    {
        if (request.InteractionId is not { } id) return [NewItem.Said(Kinds.UserText, request.Message)];
        List<NewItem> items =
        [
            new(Kinds.Status, new JsonObject
            {
                ["state"] = request.Accept ? Interaction.Accepted : Interaction.Rejected, ["interaction_id"] = id,
            }),
        ];
        if (request.Comment.Length > 0) items.Add(NewItem.Said(Kinds.UserText, request.Comment));
        return items;
    }
}
