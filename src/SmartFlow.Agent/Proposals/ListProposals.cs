using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Proposals;

/// <summary>A change that another assistant proposed, or made where its key may.</summary>
/// <param name="Assistant">The name of its API key.</param>
/// <param name="Diff">Fields with before and after.</param>
/// <param name="Card">The same as a picture; null: none.</param>
/// <param name="State">accepted without executed_at: it is being made, or accepting again makes it.</param>
/// <param name="ByKey">The key may apply: nobody was asked.</param>
/// <param name="Result">What was changed, or with failed why not.</param>
internal sealed record ProposalView(
    string Id,
    string Assistant,
    string Tool,
    string Title,
    string Summary,
    JsonElement Diff,
    JsonElement? Card,
    [property: AllowedValues("pending", "accepted", "rejected", "failed", "expired")] string State,
    bool ByKey,
    DateTimeOffset CreatedAt,
    DateTimeOffset ExpiresAt,
    DateTimeOffset? ResolvedAt,
    DateTimeOffset? ExecutedAt,
    JsonElement? Result
)
{
    public static ProposalView Of(KeptProposal p, DateTimeOffset now) =>
        new(
            p.Id,
            p.Assistant,
            p.Tool,
            p.Title,
            p.Summary,
            Json(p.Diff)!.Value,
            Json(p.Card),
            p.StateAt(now),
            p.ByKey,
            p.CreatedAt,
            p.ExpiresAt,
            p.ResolvedAt,
            p.ExecutedAt,
            Json(p.Result)
        );

    private static JsonElement? Json(string? text) =>
        text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);
}

/// <summary>
/// GET /agent/proposals?state=&amp;page&amp;page_size: what other assistants want to change, newest first.
/// </summary>
internal static class ListProposals
{
    public static void Map(RouteGroupBuilder agent) =>
        agent
            .MapGet("/proposals", HandleAsync)
            .WithName("ListProposals")
            .WithSummary("What other assistants want to change");

    private static async Task<Paged<ProposalView>> HandleAsync(
        string? state,
        int? page,
        int? page_size,
        ClaimsPrincipal user,
        IDbContextFactory<AgentDb> databases,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var query = PageQuery.Of(page, page_size);
        if (state is not (null or KeptProposal.Pending))
            throw RefusedException.Field("state", "must be pending, or absent for all");
        var (userId, now) = (user.UserId(), clock.MicrosNow());
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var own = db.Proposals.AsNoTracking().Where(p => p.UserId == userId);
        if (state is not null)
            own = own.Where(p => p.State == KeptProposal.Pending && p.ExpiresAt > now);
        return await query.ReadAsync(own.OrderByDescending(p => p.Id), p => ProposalView.Of(p, now), cancellationToken);
    }
}
