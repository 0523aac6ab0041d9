using Microsoft.EntityFrameworkCore;
using SmartFlow.Agent.Timeline;
using SmartFlow.Agent.Turns;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Rounds;

/// <summary>A request, from the message that made it over all words on confirmations to its answer.</summary>
/// <param name="Id">The turn in which it was made.</param>
/// <param name="StartedAt">What counts as now in it.</param>
/// <param name="FirstSeq">What was said before is history.</param>
/// <param name="Remembered">See <see cref="Turn.Remembered"/>, of that turn.</param>
internal sealed record RequestThread(
    string Id,
    DateTimeOffset StartedAt,
    string Message,
    long FirstSeq,
    string? Remembered
);

/// <summary>Reads requests and their rounds.</summary>
internal sealed class Threads(IDbContextFactory<AgentDb> databases)
{
    /// <exception cref="RefusedException">not_found: the conversation was deleted.</exception>
    public async Task<RequestThread> ReadAsync(string threadId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var turn = await db.Turns.AsNoTracking().FirstOrDefaultAsync(t => t.Id == threadId, cancellationToken)
            ?? throw RefusedException.NotFound("conversation");
        var message = await db
            .Timeline.Where(i => i.ConversationId == turn.ConversationId && i.Seq == turn.FirstSeq)
            .Select(i => i.Text)
            .FirstOrDefaultAsync(cancellationToken);
        return new RequestThread(turn.Id, turn.StartedAt, message ?? "", turn.FirstSeq, turn.Remembered);
    }

    public async Task<List<(Round Row, RoundBody Body)>> RoundsAsync(
        string threadId,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db
            .Rounds.AsNoTracking()
            .Where(r => r.ThreadId == threadId)
            .OrderBy(r => r.Number)
            .ToListAsync(cancellationToken);
        return rows.ConvertAll(r => (r, r.Read()));
    }

    /// <summary>
    /// A turn that is taken up again had told all that it had to tell: its process died before it could end it.
    /// </summary>
    public async Task<bool> IsToldAsync(OpenTurn turn, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Rounds.AnyAsync(r => r.TurnId == turn.TurnId, cancellationToken))
            return false;
        // A plain no, and a yes to a quick task, end with one sentence; any other word goes on after what it says.
        var says = turn.Answer is null or { Accept: false, Comment: "" } or { Accept: true, Interaction.Tool: null };
        return await db.Timeline.AnyAsync(
            i =>
                i.ConversationId == turn.ConversationId
                && i.TurnId == turn.TurnId
                && (i.Kind == Kinds.ConfirmRequest || (i.Kind == Kinds.AssistantText && says)),
            cancellationToken
        );
    }
}
