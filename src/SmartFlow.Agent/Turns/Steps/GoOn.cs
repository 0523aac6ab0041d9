using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Agent.Interactions;
using SmartFlow.Agent.Timeline;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Faults;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Turns.Steps;

/// <summary>
/// A request that has reached what a turn may use waits for its user's word, as a change does: kept, used once, it
/// expires. Yes goes on with the same rounds, none of which is asked again, in a turn with a budget of its own.
/// </summary>
internal sealed class GoOn(
    IWriter<AgentDb> writer,
    IDbContextFactory<AgentDb> databases,
    IOptions<AgentOptions> options,
    TimeProvider clock
)
{
    /// <summary>Stands where a change has its tool.</summary>
    public const string Tool = "go_on";

    public async Task AskAsync(Stage stage, string threadId, string limit, CancellationToken cancellationToken)
    {
        var (turn, now) = (stage.Turn, clock.MicrosNow());
        stage.Delta(limit);
        var interaction = new Interaction
        {
            Id = Guid.CreateVersion7(now).ToString("n"),
            ConversationId = turn.ConversationId,
            UserId = turn.UserId,
            TurnId = turn.TurnId,
            State = Interaction.Pending,
            Draft = Encoding.UTF8.GetBytes(threadId),
            Tool = Tool,
            Chinese = turn.Chinese,
            CreatedAt = now,
            ExpiresAt = now.AddHours(options.Value.ConfirmationHours),
        };
        List<NewItem> items =
        [
            NewItem.Said(Kinds.AssistantText, stage.TakeText()),
            new(Kinds.ConfirmRequest, Confirm(stage, interaction, limit)),
        ];
        var last = await writer.WriteAsync(
            async (db, token) =>
            {
                db.Interactions.Add(interaction);
                return await Append.ToAsync(db, turn.ConversationId, turn.TurnId, now, items, token);
            },
            cancellationToken
        );
        stage.Added(items, last);
        FaultPoint.Reach("turn.limited");
    }

    /// <summary>A turn that is taken up again had asked already.</summary>
    public async Task<bool> IsAskedAsync(OpenTurn turn, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Interactions.AnyAsync(
            i => i.ConversationId == turn.ConversationId && i.TurnId == turn.TurnId && i.Tool == Tool,
            cancellationToken
        );
    }

    /// <summary>What the turn has cost so far, for the meter.</summary>
    public void TellSpent(Stage stage) =>
        stage.Publish(
            "budget",
            new JsonObject
            {
                ["credit_micros"] = stage.Model.Usage.CreditMicros,
                ["budget_micros"] = stage.Turn.BudgetMicros,
            }
        );

    /// <summary>The request that goes on.</summary>
    public static string ThreadOf(Interaction interaction) => Encoding.UTF8.GetString(interaction.Draft);

    private JsonObject Confirm(Stage stage, Interaction interaction, string limit) =>
        new()
        {
            ["interaction_id"] = interaction.Id,
            ["title"] = Words.GoOn(stage.Turn.Chinese),
            ["summary"] = limit,
            ["diff"] = new JsonArray(),
            ["tool"] = Tool,
            ["kind"] = null,
            ["spent_micros"] = stage.Model.Usage.CreditMicros,
            ["budget_micros"] = stage.Turn.BudgetMicros,
            ["budget_max_micros"] = Pricing.Micros(options.Value.TurnBudgetCreditsMax),
            ["expires_at"] = JsonSerializer.SerializeToNode(interaction.ExpiresAt, WebJson.Options),
            ["status"] = Interaction.Pending,
        };
}
