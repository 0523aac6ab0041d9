using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Agent.Conversations;
using SmartFlow.Agent.Interactions;
using SmartFlow.Agent.Timeline;
using SmartFlow.Agent.Tools;
using SmartFlow.Agent.Turns.Steps;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Turns;

/// <summary>What a client asked for, checked.</summary>
internal sealed record TurnRequest(
    ulong UserId,
    long? ConversationId,
    string Message,
    string Model,
    bool AlwaysAllow,
    string? InteractionId,
    bool Accept,
    string Comment,
    string RequestId,
    string? ClientKey,
    byte[] ClientHash
)
{
    /// <summary>What is known of the user, as models are told.</summary>
    public string? Remembered { get; init; }

    /// <summary>Of this turn; null: the conversation's.</summary>
    public long? BudgetMicros { get; init; }
}

/// <summary>A turn that begins, or the earlier one with the same Idempotency-Key; both: that one goes on.</summary>
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
        // :: Step 1: a repeat is shown the turn that it started; one whose process died goes on.
        var now = clock.MicrosNow();
        if (await RepeatedAsync(db, request, cancellationToken) is { } earlier)
            return await IsDeadAsync(db, earlier, now, cancellationToken)
                ? await TakeUpAsync(db, request, earlier, now, cancellationToken)
                : new Started(null, earlier);

        // :: Step 2: the conversation, ours alone until the turn ends or its lease does.
        var turnId = request.ClientKey is { } key
            ? ChatKeys.TurnId(request.UserId, key)
            : Guid.CreateVersion7(now).ToString("n");
        var conversation = await TakeAsync(db, request, turnId, now, cancellationToken);

        // :: Step 3: what waits for a word, used once.
        var interaction = request.InteractionId is { } id
            ? await Claim.TakeAsync(db, request.UserId, conversation.Id, id, request.Accept, now, cancellationToken)
            : null;

        if (
            request is { AlwaysAllow: true, Accept: true }
            && interaction is not null
            && (interaction.Tool is null ? ChangeKinds.Tasks : interaction.Kind) is { } kind
        )
            conversation.AllowedKinds = await AllowAsync(db, conversation, kind, cancellationToken);
        if (request is { AlwaysAllow: true, Accept: true, BudgetMicros: { } budget } && interaction?.Tool == GoOn.Tool)
            await db
                .Conversations.Where(c => c.Id == conversation.Id)
                .ExecuteUpdateAsync(s => s.SetProperty(c => c.TurnBudgetMicros, budget), cancellationToken);

        // :: Step 4: the turn and the user's words.
        db.Turns.Add(
            new Turn
            {
                Id = turnId,
                ConversationId = conversation.Id,
                UserId = request.UserId,
                StartedAt = now,
                FirstSeq = conversation.LastSeq + 1,
                ClientKey = request.ClientKey,
                ClientHash = request.ClientKey is null ? null : request.ClientHash,
                Remembered = request.Remembered,
            }
        );
        var seq = await Append.ToAsync(db, conversation.Id, turnId, now, Words(request), cancellationToken);
        return new Started(Open(request, turnId, conversation, now, interaction, seq), null);
    }

    private OpenTurn Open(
        TurnRequest request,
        string turnId,
        Conversation conversation,
        DateTimeOffset startedAt,
        Interaction? interaction,
        long seq
    ) =>
        new(
            turnId,
            conversation.Id,
            request.UserId,
            request.Message,
            interaction?.Chinese ?? MessageLanguage.IsChinese(request.Message),
            request.Model,
            request.RequestId,
            conversation.AlwaysAllow,
            conversation.AllowedKinds,
            startedAt,
            interaction is null ? null : new ConfirmationAnswer(interaction, request.Accept, request.Comment),
            seq
        )
        {
            Remembered = request.Remembered,
            BudgetMicros = options.Value.BudgetMicros(request.BudgetMicros ?? conversation.TurnBudgetMicros),
        };

    /// <summary>"Do not ask again" on a confirmation is about changes of its kind.</summary>
    private static async Task<string> AllowAsync(
        AgentDb db,
        Conversation conversation,
        string kind,
        CancellationToken cancellationToken
    )
    {
        if (conversation.AllowedKinds.Split(',').Contains(kind))
            return conversation.AllowedKinds;
        var allowed = $"{conversation.AllowedKinds}{kind},";
        await db
            .Conversations.Where(c => c.Id == conversation.Id)
            .ExecuteUpdateAsync(s => s.SetProperty(c => c.AllowedKinds, allowed), cancellationToken);
        return allowed;
    }

    /// <summary>Nobody runs it any more, it did not end, and nothing was said since.</summary>
    private static async Task<bool> IsDeadAsync(
        AgentDb db,
        Turn turn,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (turn.EndedAt is not null && turn.Outcome != Lost.Outcome)
            return false;
        var conversation = await db
            .Conversations.AsNoTracking()
            .FirstOrDefaultAsync(c => c.Id == turn.ConversationId, cancellationToken);
        return conversation is not null
            && (conversation.TurnId is null || conversation.TurnUntil <= now)
            && !await db.Turns.AnyAsync(
                t => t.ConversationId == turn.ConversationId && t.FirstSeq > turn.FirstSeq,
                cancellationToken
            );
    }

    /// <summary>
    /// The same turn under its own id: what its calls were asked and charged for counts, and what it did stays done.
    /// </summary>
    private async Task<Started> TakeUpAsync(
        AgentDb db,
        TurnRequest request,
        Turn turn,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var again = request with { ConversationId = turn.ConversationId, AlwaysAllow = false };
        var conversation = await TakeAsync(db, again, turn.Id, now, cancellationToken);
        var (noTime, noOutcome) = ((DateTimeOffset?)null, (string?)null);
        await db
            .Turns.Where(t => t.Id == turn.Id)
            .ExecuteUpdateAsync(
                s => s.SetProperty(t => t.EndedAt, noTime).SetProperty(t => t.Outcome, noOutcome),
                cancellationToken
            );
        var interaction = request.InteractionId is { } id
            ? await db
                .Interactions.AsNoTracking()
                .FirstOrDefaultAsync(i => i.Id == id && i.UserId == request.UserId, cancellationToken)
            : null;
        return new Started(
            Open(request, turn.Id, conversation, turn.StartedAt, interaction, conversation.LastSeq) with
            {
                TakenUp = true,
                Remembered = turn.Remembered,
            },
            turn
        );
    }

    private static async Task<Turn?> RepeatedAsync(AgentDb db, TurnRequest request, CancellationToken cancellationToken)
    {
        if (request.ClientKey is not { } key)
            return null;
        var earlier = await db
            .Turns.AsNoTracking()
            .FirstOrDefaultAsync(t => t.UserId == request.UserId && t.ClientKey == key, cancellationToken);
        return earlier is null || earlier.ClientHash.AsSpan().SequenceEqual(request.ClientHash)
            ? earlier
            : throw new RefusedException(ErrorCodes.KeyReused, "The Idempotency-Key was used for another message.");
    }

    private async Task<Conversation> TakeAsync(
        AgentDb db,
        TurnRequest request,
        string turnId,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var userId = request.UserId;
        var running = await db.Conversations.CountAsync(
            c => c.UserId == userId && c.TurnId != null && c.TurnUntil > now,
            cancellationToken
        );
        if (running >= options.Value.RunningTurnsPerUserMax)
            throw new RefusedException(
                ErrorCodes.RateLimited,
                $"{running} conversations are being answered already. Wait for one or stop it.",
                retryAfter: TimeSpan.FromSeconds(5)
            );
        var until =
            now + options.Value.TurnTimeout + TimeSpan.FromSeconds(options.Value.StopDrainSeconds) + LeaseMargin;
        return request.ConversationId is { } id
            ? await TakeExistingAsync(db, request, id, turnId, now, until, cancellationToken)
            : await TakeNewAsync(db, request, turnId, now, until, cancellationToken);
    }

    private async Task<Conversation> TakeNewAsync(
        AgentDb db,
        TurnRequest request,
        string turnId,
        DateTimeOffset now,
        DateTimeOffset until,
        CancellationToken cancellationToken
    )
    {
        var max = options.Value.ConversationsMax;
        if (await db.Conversations.CountAsync(c => c.UserId == request.UserId, cancellationToken) >= max)
            throw new RefusedException(
                ErrorCodes.Conflict,
                $"There are {max} conversations already. Delete some first."
            );
        var made = new Conversation
        {
            UserId = request.UserId,
            Title = Titles.FirstWordsOf(request.Message),
            CreatedAt = now,
            UpdatedAt = now,
            AlwaysAllow = request.AlwaysAllow,
            TurnId = turnId,
            TurnUntil = until,
        };
        db.Conversations.Add(made);
        await db.SaveChangesAsync(cancellationToken);
        return made;
    }

    private async Task<Conversation> TakeExistingAsync(
        AgentDb db,
        TurnRequest request,
        long id,
        string turnId,
        DateTimeOffset now,
        DateTimeOffset until,
        CancellationToken cancellationToken
    )
    {
        var own = db.Conversations.Where(c => c.Id == id && c.UserId == request.UserId);
        var before = await own.AsNoTracking().FirstOrDefaultAsync(cancellationToken)
            ?? throw RefusedException.NotFound("conversation");
        if (before.LastSeq >= options.Value.TimelineItemsMax)
            throw new RefusedException(
                ErrorCodes.Conflict,
                "This conversation has reached its limit. Begin a new one."
            );
        DateTimeOffset? none = null;
        var allowsAll = request.AlwaysAllow && request.InteractionId is null;
        var taken = await own.Where(c => c.TurnId == null || c.TurnUntil <= now)
            .ExecuteUpdateAsync(
                s =>
                    s.SetProperty(c => c.TurnId, turnId)
                        .SetProperty(c => c.TurnUntil, until)
                        .SetProperty(c => c.ArchivedAt, none)
                        .SetProperty(c => c.AlwaysAllow, c => c.AlwaysAllow || allowsAll),
                cancellationToken
            );
        if (taken == 0)
            throw new RefusedException(
                ErrorCodes.InFlight,
                "This conversation is being answered. Wait for the answer or stop it.",
                retryAfter: TimeSpan.FromSeconds(2)
            );
        if (before.TurnId is { } dead)
            await Lost.RecordAsync(db, id, dead, turnId, now, cancellationToken);
        return await own.AsNoTracking().FirstAsync(cancellationToken);
    }

    private static List<NewItem> Words(TurnRequest request)
    {
        if (request.InteractionId is not { } id)
            return [NewItem.Said(Kinds.UserText, request.Message)];
        List<NewItem> items =
        [
            new(
                Kinds.Status,
                new JsonObject
                {
                    ["state"] = request.Accept ? Interaction.Accepted : Interaction.Rejected,
                    ["interaction_id"] = id,
                }
            ),
        ];
        if (request.Comment.Length > 0)
            items.Add(NewItem.Said(Kinds.UserText, request.Comment));
        return items;
    }
}
