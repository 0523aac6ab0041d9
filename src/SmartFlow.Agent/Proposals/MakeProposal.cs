using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Agent.Mcp;
using SmartFlow.Agent.Tools;
using SmartFlow.Contracts.Agent;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Agent.Proposals;

/// <summary>A change that an assistant asks for.</summary>
/// <param name="Owner">By which key.</param>
/// <param name="MayApply">Nobody has to be asked.</param>
internal sealed record Wanted(ApiKeyOwner Owner, Tool Tool, ToolCall Call, CallKey Key, bool MayApply);

/// <summary>
/// Keeps a change once, however often its call comes: as a proposal of which its user is told in the same transaction,
/// or, where the key may apply, as one that is accepted and then made under its own id.
/// </summary>
internal sealed class MakeProposal(
    IDbContextFactory<AgentDb> databases,
    IWriter<AgentDb> writer,
    CarryOut carryOut,
    OutboxSignal<AgentDb> signal,
    IOptions<AgentOptions> options,
    IOptions<McpOptions> mcp,
    TimeProvider clock
)
{
    private const int SummaryMax = 500;

    /// <exception cref="RefusedException">What the tool refuses; key_reused, in_flight, limit_reached.</exception>
    public async Task<KeptProposal> MakeAsync(Wanted wanted, CancellationToken cancellationToken)
    {
        // :: Step 1: a repeat is told what became of it, and goes on where a process died.
        if (await EarlierAsync(wanted, cancellationToken) is { } earlier)
            return await AgainAsync(earlier, cancellationToken);

        // :: Step 2: whether it could be; nothing is changed by that.
        var proposal = await wanted.Tool.ProposeAsync(wanted.Call, cancellationToken);

        // :: Step 3: kept, or found after all where the same call came twice at once.
        var now = clock.MicrosNow();
        var row = Row(wanted, proposal, now);
        KeptProposal kept;
        try
        {
            kept = await writer.WriteAsync((db, token) => KeepAsync(db, wanted, row, now, token), cancellationToken);
        }
        catch (DbUpdateException)
        {
            kept = await EarlierAsync(wanted, cancellationToken)
                ?? throw new RefusedException(
                    ErrorCodes.InFlight,
                    "The same call is being made. Ask again.",
                    retryAfter: TimeSpan.FromSeconds(1)
                );
        }
        if (kept != row)
            return await AgainAsync(kept, cancellationToken);

        signal.Notify();

        // :: Step 4: made, where nobody has to be asked. What is begun is carried through: the client may leave.
        return row.ByKey ? await carryOut.RunAsync(row) : row;
    }

    private async Task<KeptProposal> AgainAsync(KeptProposal earlier, CancellationToken cancellationToken)
    {
        if (earlier is not { State: KeptProposal.Accepted, ByKey: true, ExecutedAt: null })
            return earlier;
        if (await carryOut.TakeAsync(earlier.UserId, earlier.Id, cancellationToken) is { } taken)
            return await carryOut.RunAsync(taken);
        throw new RefusedException(
            ErrorCodes.InFlight,
            "This change is being made. Ask again.",
            retryAfter: TimeSpan.FromSeconds(2)
        );
    }

    private async Task<KeptProposal?> EarlierAsync(Wanted wanted, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await EarlierAsync(db, wanted, cancellationToken);
    }

    private async Task<KeptProposal?> EarlierAsync(AgentDb db, Wanted wanted, CancellationToken cancellationToken)
    {
        var (keyId, text) = (wanted.Owner.KeyId, wanted.Key.Text);
        var found = await db
            .Proposals.AsNoTracking()
            .FirstOrDefaultAsync(p => p.KeyId == keyId && p.CallKey == text, cancellationToken);
        if (
            found is null
            || (!wanted.Key.IsOwn && found.CreatedAt < clock.GetUtcNow().AddSeconds(-mcp.Value.RepeatSeconds))
        )
            return null;
        return found.CallHash.AsSpan().SequenceEqual(wanted.Key.Hash)
            ? found
            : throw new RefusedException(
                ErrorCodes.KeyReused,
                "The key of this call was used for another one; choose a new one."
            );
    }

    private async Task<KeptProposal> KeepAsync(
        AgentDb db,
        Wanted wanted,
        KeptProposal row,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        if (await EarlierAsync(db, wanted, cancellationToken) is { } earlier)
            return earlier;
        var (keyId, userId, callKey, none) = (row.KeyId, row.UserId, row.CallKey, (string?)null);
        // Only what is old: another host may have kept the same call since it was looked for, and that one stays.
        var old = clock.GetUtcNow().AddSeconds(-mcp.Value.RepeatSeconds);
        if (!wanted.Key.IsOwn)
            await db
                .Proposals.Where(p => p.KeyId == keyId && p.CallKey == callKey && p.CreatedAt < old)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.CallKey, none), cancellationToken);
        var own = db.Proposals.Where(p => p.UserId == userId);
        var pending = await own.CountAsync(
            p => p.State == KeptProposal.Pending && p.ExpiresAt > now,
            cancellationToken
        );
        if (!row.ByKey && pending >= mcp.Value.PendingMax)
            throw new RefusedException(
                ErrorCodes.LimitReached,
                $"{pending} proposals wait for the student's word already; more come when they are answered."
            );
        db.Proposals.Add(row);
        if (!row.ByKey)
            Announce(db, row, now);
        await db.SaveChangesAsync(cancellationToken);
        await TrimAsync(own, now, cancellationToken);
        return row;
    }

    private static void Announce(AgentDb db, KeptProposal row, DateTimeOffset now) =>
        db.Publish(
            $"{EventNames.AssistantChangeProposed}:{row.Id}",
            EventNames.AssistantChangeProposed,
            row.UserId,
            new AssistantChangeProposed
            {
                UserId = row.UserId,
                ProposalId = row.Id,
                Assistant = row.Assistant,
                Title = row.Title,
                Summary = row.Summary,
                ExpiresAt = row.ExpiresAt,
            },
            now
        );

    private async Task TrimAsync(IQueryable<KeptProposal> own, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var oldest = await own.OrderByDescending(p => p.Id)
            .Skip(mcp.Value.KeptMax)
            .Select(p => p.Id)
            .FirstOrDefaultAsync(cancellationToken);
        if (oldest is not null)
            await own.Where(p =>
                    string.Compare(p.Id, oldest) <= 0 && (p.State != KeptProposal.Pending || p.ExpiresAt <= now)
                )
                .ExecuteDeleteAsync(cancellationToken);
    }

    private KeptProposal Row(Wanted wanted, Proposal proposal, DateTimeOffset now) =>
        new()
        {
            Id = Guid.CreateVersion7(now).ToString("n"),
            UserId = wanted.Owner.UserId,
            KeyId = wanted.Owner.KeyId,
            Assistant = wanted.Owner.Name.Length > 0 ? wanted.Owner.Name : "MCP",
            CallKey = wanted.Key.Text,
            CallHash = wanted.Key.Hash,
            Tool = wanted.Tool.Name,
            Arguments = wanted.Call.Arguments.Values.ToJsonString(WebJson.Options),
            Kept = proposal.Kept.ToJsonString(WebJson.Options),
            Title = proposal.Title,
            Summary = proposal.Summary.Length <= SummaryMax ? proposal.Summary : proposal.Summary[..SummaryMax],
            Diff = proposal.Diff.ToJsonString(WebJson.Options),
            Card = proposal.Card?.ToJsonString(WebJson.Options),
            Chinese = wanted.Call.Chinese,
            ByKey = wanted.MayApply,
            State = wanted.MayApply ? KeptProposal.Accepted : KeptProposal.Pending,
            ResolvedAt = wanted.MayApply ? now : null,
            TakenUntil = wanted.MayApply ? now.AddSeconds(mcp.Value.ApplySeconds) : null,
            CreatedAt = now,
            ExpiresAt = now.AddHours(options.Value.ConfirmationHours),
        };
}
