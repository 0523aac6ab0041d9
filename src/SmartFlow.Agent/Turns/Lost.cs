using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SmartFlow.Agent.Timeline;
using SmartFlow.Platform.Data;

namespace SmartFlow.Agent.Turns;

/// <summary>Turns whose process died: their conversation is free again, and the timeline says so.</summary>
internal sealed class Lost(IServiceProvider services, IOptions<DataOptions> data, TimeProvider clock) : IHostedService
{
    public const string Outcome = "lost";
    private const int AtOnce = 1_000;

    /// <summary>
    /// With the data folder's lock every turn of an earlier process is dead; with PostgreSQL its lease must end.
    /// </summary>
    public Task StartAsync(CancellationToken cancellationToken) =>
        data.Value.UsesPostgres
            ? Task.CompletedTask
            : services.GetRequiredService<IWriter<AgentDb>>().SaveAsync(ReleaseAsync, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Notes it for the turn that takes over.</summary>
    public static async Task RecordAsync(
        AgentDb db,
        long conversationId,
        string deadTurn,
        string newTurn,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var note = new NewItem(Kinds.Interrupt, new JsonObject { ["reason"] = Outcome, ["turn_id"] = deadTurn });
        await Append.ToAsync(db, conversationId, newTurn, now, [note], cancellationToken);
        await db
            .Turns.Where(t => t.Id == deadTurn && t.EndedAt == null)
            .ExecuteUpdateAsync(
                s => s.SetProperty(t => t.EndedAt, now).SetProperty(t => t.Outcome, Outcome),
                cancellationToken
            );
    }

    private async Task ReleaseAsync(AgentDb db, CancellationToken cancellationToken)
    {
        var now = clock.MicrosNow();
        var dead = await db
            .Conversations.AsNoTracking()
            .Where(c => c.TurnId != null)
            .Take(AtOnce)
            .Select(c => new { c.Id, TurnId = c.TurnId! })
            .ToListAsync(cancellationToken);
        foreach (var one in dead)
            await RecordAsync(db, one.Id, one.TurnId, one.TurnId, now, cancellationToken);
        var (noTurn, noTime) = ((string?)null, (DateTimeOffset?)null);
        await db
            .Conversations.Where(c => c.TurnId != null)
            .ExecuteUpdateAsync(
                s => s.SetProperty(c => c.TurnId, noTurn).SetProperty(c => c.TurnUntil, noTime),
                cancellationToken
            );
    }
}
