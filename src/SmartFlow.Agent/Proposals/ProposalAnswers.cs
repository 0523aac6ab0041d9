using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Proposals;

/// <summary>A proposal as the assistant that made it is told.</summary>
internal static class ProposalAnswers
{
    public static JsonObject Of(KeptProposal p, DateTimeOffset now)
    {
        var state = p.StateAt(now);
        var told = new JsonObject
        {
            ["proposal_id"] = p.Id,
            ["state"] = state,
            ["title"] = p.Title,
            ["summary"] = p.Summary,
        };
        if (state == KeptProposal.Pending)
        {
            told["expires_at"] = JsonSerializer.SerializeToNode(p.ExpiresAt, WebJson.Options);
            told["note"] =
                "Nothing is changed yet: the student confirms it in SmartFlow, on the page Proposals. get_proposal tells what became of it.";
            if (JsonNode.Parse(p.Kept)!["version"] is { } version)
                told["base_version"] = version.DeepClone();
            told["changes"] = JsonNode.Parse(p.Diff);
        }
        else if (p.Result is { } result)
        {
            told["result"] = JsonNode.Parse(result);
        }
        else if (state == KeptProposal.Accepted)
        {
            told["note"] = "It is being made. Ask again.";
        }
        return told;
    }
}
