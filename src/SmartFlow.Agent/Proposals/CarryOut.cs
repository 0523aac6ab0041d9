using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Agent.Mcp;
using SmartFlow.Agent.Tools;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Proposals;

/// <summary>
/// Makes an accepted change, once: one conditional UPDATE gives it to one at a time, and its door knows its id. One
/// whose maker died may be taken again when its time is over.
/// </summary>
internal sealed class CarryOut(Toolbox tools, IWriter<AgentDb> writer, IOptions<McpOptions> options, TimeProvider clock)
{
    /// <returns>Null: it is somebody else's by now, or over.</returns>
    public async Task<KeptProposal?> TakeAsync(ulong userId, string id, CancellationToken cancellationToken)
    {
        var now = clock.MicrosNow();
        var until = now.AddSeconds(options.Value.ApplySeconds);
        return await writer.WriteAsync(
            async (db, token) =>
            {
                var own = db.Proposals.Where(p => p.Id == id && p.UserId == userId);
                var taken = await own.Where(p =>
                        (p.State == KeptProposal.Pending && p.ExpiresAt > now)
                        || (
                            p.State == KeptProposal.Accepted
                            && p.ExecutedAt == null
                            && (p.TakenUntil == null || p.TakenUntil <= now)
                        )
                    )
                    .ExecuteUpdateAsync(
                        s =>
                            s.SetProperty(p => p.State, KeptProposal.Accepted)
                                .SetProperty(p => p.ResolvedAt, p => p.ResolvedAt ?? now)
                                .SetProperty(p => p.TakenUntil, until),
                        token
                    );
                return taken == 1 ? await own.AsNoTracking().SingleAsync(token) : null;
            },
            cancellationToken
        );
    }

    /// <param name="row">Taken.</param>
    /// <returns>As it stands now: made, or failed with its reason.</returns>
    /// <exception cref="RefusedException">unavailable: not known whether it was made; a repeat makes it or finds it
    /// made.</exception>
    public async Task<KeptProposal> RunAsync(KeptProposal row)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.ApplySeconds), clock);
        try
        {
            var tool = tools.Find(row.Tool)
                ?? throw new RefusedException(ErrorCodes.Conflict, "This kind of change does not exist any more.");
            var call = new ToolCall(row.UserId, row.Chinese, new Arguments(JsonNode.Parse(row.Arguments)!.AsObject()));
            var made = await tool.ApplyAsync(call, JsonNode.Parse(row.Kept)!.AsObject(), row.Id, limit.Token);
            return await KeepAsync(row, KeptProposal.Accepted, made.Answer);
        }
        catch (RefusedException e) when (e.Code != ErrorCodes.Unavailable)
        {
            return await KeepAsync(row, KeptProposal.Failed, Told.Refusal(e));
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            throw new RefusedException(
                ErrorCodes.Unavailable,
                "Making the change took too long. Repeat it: it is made once.",
                retryAfter: TimeSpan.FromSeconds(5)
            );
        }
        catch (Exception e) when (e is RefusedException || DatabaseFailures.RefusalOf(e) is not null)
        {
            await GiveBackAsync(row);
            throw;
        }
    }

    private async Task<KeptProposal> KeepAsync(KeptProposal row, string state, JsonObject result)
    {
        var (now, text) = (clock.MicrosNow(), result.ToJsonString(WebJson.Options));
        var made = state == KeptProposal.Accepted ? now : (DateTimeOffset?)null;
        await writer.WriteAsync(
            (db, token) =>
                db
                    .Proposals.Where(p => p.Id == row.Id && p.ExecutedAt == null)
                    .ExecuteUpdateAsync(
                        s =>
                            s.SetProperty(p => p.State, state)
                                .SetProperty(p => p.ExecutedAt, made)
                                .SetProperty(p => p.Result, text),
                        token
                    ),
            CancellationToken.None
        );
        (row.State, row.ExecutedAt, row.Result) = (state, made, text);
        return row;
    }

    /// <summary>Whoever repeats it need not wait for its time to be over.</summary>
    private Task<int> GiveBackAsync(KeptProposal row)
    {
        DateTimeOffset? free = null;
        return writer.WriteAsync(
            (db, token) =>
                db
                    .Proposals.Where(p => p.Id == row.Id && p.ExecutedAt == null)
                    .ExecuteUpdateAsync(s => s.SetProperty(p => p.TakenUntil, free), token),
            CancellationToken.None
        );
    }
}
