using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Agent.Turns;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Conversations;

/// <summary>
/// PATCH /agent/conversations/{id}: rename, archive, whether writes ask first, and what a turn may cost (0: the
/// server's own). What is absent stays.
/// </summary>
internal static class EditConversation
{
    internal sealed record Request(string? Title, bool? Archived, bool? AlwaysAllow, decimal? TurnBudgetCredit = null);

    public static void Map(RouteGroupBuilder agent) =>
        agent
            .MapPatch("/conversations/{id:long}", HandleAsync)
            .WithName("EditConversation")
            .WithSummary("Rename or archive");

    private static async Task<Ok<ConversationView>> HandleAsync(
        long id,
        Request request,
        ClaimsPrincipal user,
        IWriter<AgentDb> writer,
        IOptions<AgentOptions> options,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        if (request.TurnBudgetCredit is { } wanted && wanted != 0)
            TurnBudget.Check("turn_budget_credit", wanted, options.Value);
        var title = request.Title?.Trim();
        if (title is not null && Titles.Problem(title) is { } problem)
            throw RefusedException.Field("title", problem);
        var (userId, now) = (user.UserId(), clock.MicrosNow());
        var found = await writer.WriteAsync(
            (db, token) => EditAsync(db, userId, id, request with { Title = title }, now, token),
            cancellationToken
        );
        return found is null
            ? throw RefusedException.NotFound("conversation")
            : TypedResults.Ok(ConversationView.Of(found, now));
    }

    /// <summary>Statement by statement: a running turn counts in the same row.</summary>
    private static async Task<Conversation?> EditAsync(
        AgentDb db,
        ulong userId,
        long id,
        Request request,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var own = db.Conversations.Where(c => c.Id == id && c.UserId == userId);
        if (request.Title is { } title)
            await own.ExecuteUpdateAsync(s => s.SetProperty(c => c.Title, title), cancellationToken);
        if (request.AlwaysAllow is { } always)
            await own.ExecuteUpdateAsync(
                s =>
                    s.SetProperty(c => c.AlwaysAllow, always)
                        .SetProperty(c => c.AllowedKinds, c => always ? c.AllowedKinds : ""),
                cancellationToken
            );
        if (request.TurnBudgetCredit is { } budget)
        {
            long? micros = budget == 0 ? null : Pricing.Micros(budget);
            await own.ExecuteUpdateAsync(s => s.SetProperty(c => c.TurnBudgetMicros, micros), cancellationToken);
        }
        if (request.Archived is { } archived)
        {
            DateTimeOffset? at = archived ? now : null;
            await own.ExecuteUpdateAsync(s => s.SetProperty(c => c.ArchivedAt, at), cancellationToken);
        }
        return await own.AsNoTracking().FirstOrDefaultAsync(cancellationToken);
    }
}
