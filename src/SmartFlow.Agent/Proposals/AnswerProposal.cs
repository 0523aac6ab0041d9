using System.Security.Claims;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Proposals;

/// <summary>
/// POST /agent/proposals/{id}/accept and /reject: the user's word on another assistant's change, used once. Accepting
/// again what was made answers with it again. Refusals: not_found, also for somebody else's; conflict: answered,
/// expired, or the week has changed meanwhile, with state and rule.
/// </summary>
internal static class AnswerProposal
{
    public static void Map(RouteGroupBuilder agent)
    {
        agent
            .MapPost("/proposals/{id}/accept", AcceptAsync)
            .WithName("AcceptProposal")
            .WithSummary("Make a change that another assistant proposed");
        agent
            .MapPost("/proposals/{id}/reject", RejectAsync)
            .WithName("RejectProposal")
            .WithSummary("Drop a change that another assistant proposed");
    }

    private static async Task<Ok<ProposalView>> AcceptAsync(
        string id,
        ClaimsPrincipal user,
        FindProposal proposals,
        CarryOut carryOut,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var userId = user.UserId();
        if (await carryOut.TakeAsync(userId, id, cancellationToken) is { } taken)
        {
            var made = await carryOut.RunAsync(taken);
            return made.State == KeptProposal.Failed
                ? throw Refused(made)
                : TypedResults.Ok(ProposalView.Of(made, clock.MicrosNow()));
        }
        var found = await proposals.FindAsync(userId, id, cancellationToken)
            ?? throw RefusedException.NotFound("proposal");
        if (found.State != KeptProposal.Accepted)
            throw Answered(found, clock.MicrosNow());
        return found.ExecutedAt is not null
            ? TypedResults.Ok(ProposalView.Of(found, clock.MicrosNow()))
            : throw new RefusedException(
                ErrorCodes.InFlight,
                "This change is being made.",
                retryAfter: TimeSpan.FromSeconds(2)
            );
    }

    private static async Task<Ok<ProposalView>> RejectAsync(
        string id,
        ClaimsPrincipal user,
        FindProposal proposals,
        IWriter<AgentDb> writer,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var (userId, now) = (user.UserId(), clock.MicrosNow());
        await writer.WriteAsync(
            (db, token) =>
                db
                    .Proposals.Where(p =>
                        p.Id == id && p.UserId == userId && p.State == KeptProposal.Pending && p.ExpiresAt > now
                    )
                    .ExecuteUpdateAsync(
                        s => s.SetProperty(p => p.State, KeptProposal.Rejected).SetProperty(p => p.ResolvedAt, now),
                        token
                    ),
            cancellationToken
        );
        var found = await proposals.FindAsync(userId, id, cancellationToken)
            ?? throw RefusedException.NotFound("proposal");
        return found.State == KeptProposal.Rejected
            ? TypedResults.Ok(ProposalView.Of(found, now))
            : throw Answered(found, now);
    }

    private static RefusedException Answered(KeptProposal found, DateTimeOffset now) =>
        new(
            ErrorCodes.Conflict,
            found.StateAt(now) == KeptProposal.Expired
                ? "The proposal has expired."
                : "The proposal was answered already.",
            extensions: new Dictionary<string, object?> { ["proposal_state"] = found.StateAt(now) }
        );

    private static RefusedException Refused(KeptProposal failed)
    {
        var why = JsonNode.Parse(failed.Result!)!.AsObject();
        var extensions = new Dictionary<string, object?> { ["proposal_state"] = KeptProposal.Failed };
        foreach (var name in (string[])["rule", "blocks"])
            if (why[name] is { } value)
                extensions[name] = value;
        return new RefusedException(
            ErrorCodes.Conflict,
            (string?)why["detail"] ?? "The change could not be made.",
            extensions: extensions
        );
    }
}
