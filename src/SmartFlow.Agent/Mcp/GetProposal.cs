using System.Text.Json.Nodes;
using SmartFlow.Agent.Proposals;
using SmartFlow.Agent.Tools;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Mcp;

/// <summary>
/// What became of a proposal, for whoever made it: the assistant in the chat is told by its loop, another one asks.
/// </summary>
internal static class GetProposal
{
    public static readonly Tool Tool = new()
    {
        Name = "get_proposal",
        Description =
            "What became of a change that you proposed: pending, accepted (and what was changed), rejected, failed or expired.",
        Schema = Schemas.Of(
            Parameter.Text("proposal_id", "From the answer of the tool that proposed it", required: true)
        ),
    };

    /// <exception cref="RefusedException">not_found, also for somebody else's.</exception>
    public static async Task<JsonObject> RunAsync(
        FindProposal proposals,
        ToolCall call,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var found = await proposals.FindAsync(call.UserId, call.Arguments.Needed("proposal_id"), cancellationToken)
            ?? throw RefusedException.NotFound("proposal");
        return ProposalAnswers.Of(found, now);
    }
}
