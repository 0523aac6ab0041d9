using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.Options;
using SmartFlow.Agent.Conversations;
using SmartFlow.Agent.Interactions;
using SmartFlow.Agent.Timeline;
using SmartFlow.Agent.Tools;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Data;

namespace SmartFlow.Agent.Turns.Steps;

/// <summary>Reads a task from a message and asks before it is written.</summary>
internal sealed class ProposeTask(
    IPlanner planner,
    IWriter<AgentDb> writer,
    TimeProvider clock,
    IOptions<AgentOptions> options
)
{
    /// <summary>Below this the rules want the model's opinion on the date.</summary>
    private const double Sure = 0.7;

    public async Task RunAsync(Stage stage, string message, Route route, CancellationToken cancellationToken)
    {
        var draft = await DraftAsync(stage, message, route, cancellationToken);
        await AskAsync(stage, draft, cancellationToken);
    }

    /// <summary>The date by rules first; the model's only where the rules are unsure and it can be read.</summary>
    public async Task<QuickTaskDraft> DraftAsync(
        Stage stage,
        string message,
        Route route,
        CancellationToken cancellationToken
    )
    {
        var turn = stage.Turn;
        var read = await ParseAsync(turn, message, cancellationToken);
        var draft = read.Draft;
        if (read.Confidence < Sure && !string.IsNullOrEmpty(route.When) && route.When.Length <= Titles.Max)
        {
            var second = await ParseAsync(turn, route.When, cancellationToken);
            if (second.Confidence > read.Confidence)
                draft = Redated(draft, second.Draft);
        }
        if (route.Title is { } title && Titles.Problem(title) is null)
            draft.Title = title;
        else if (Titles.Problem(draft.Title) is not null)
            draft.Title = Titles.FirstWordsOf(draft.Title);
        return draft;
    }

    /// <summary>Persisted with the item that asks, in one transaction: what can be seen can be answered.</summary>
    public async Task AskAsync(Stage stage, QuickTaskDraft draft, CancellationToken cancellationToken)
    {
        var turn = stage.Turn;
        await stage.SayAsync(Words.AskBeforeWriting(turn.Chinese), cancellationToken);
        var now = clock.MicrosNow();
        var interaction = new Interaction
        {
            Id = Guid.CreateVersion7(now).ToString("n"),
            ConversationId = turn.ConversationId,
            UserId = turn.UserId,
            TurnId = turn.TurnId,
            State = Interaction.Pending,
            Draft = draft.ToByteArray(),
            Kind = ChangeKinds.Tasks,
            Chinese = turn.Chinese,
            CreatedAt = now,
            ExpiresAt = now.AddHours(options.Value.ConfirmationHours),
        };
        List<NewItem> items = [new(Kinds.ConfirmRequest, Payload(interaction, draft, turn.Chinese))];
        var last = await writer.WriteAsync(
            async (db, token) =>
            {
                db.Interactions.Add(interaction);
                return await Append.ToAsync(db, turn.ConversationId, turn.TurnId, now, items, token);
            },
            cancellationToken
        );
        stage.Added(items, last);
    }

    /// <summary>Another deadline on the same task: its quadrant follows, unless the wording had decided that.</summary>
    public static QuickTaskDraft Redated(QuickTaskDraft draft, QuickTaskDraft dated)
    {
        var byWording = draft.PriorityGroup is 3 or 4 || (draft.PriorityGroup == 1 && draft.DeadlineAt is null);
        var redated = draft.Clone();
        redated.DeadlineAt = dated.DeadlineAt;
        if (dated.Repeat is not null)
            (redated.Repeat, redated.TimeZone) = (dated.Repeat, dated.TimeZone);
        redated.UrgencyThresholdAt = byWording && draft.PriorityGroup != 4 ? null : dated.UrgencyThresholdAt;
        if (!byWording)
            redated.PriorityGroup = dated.PriorityGroup;
        return redated;
    }

    public async Task<ParseQuickTaskResponse> ParseAsync(
        OpenTurn turn,
        string text,
        CancellationToken cancellationToken
    ) =>
        await planner.ParseQuickTaskAsync(
            new ParseQuickTaskRequest
            {
                UserId = turn.UserId,
                Text = text,
                TimeZone = options.Value.TimeZone,
            },
            cancellationToken
        );

    private JsonObject Payload(Interaction interaction, QuickTaskDraft draft, bool zh) =>
        new()
        {
            ["interaction_id"] = interaction.Id,
            ["title"] = Words.ConfirmTitle(zh),
            ["summary"] = Words.Summary(draft, zh, options.Value.Zone),
            ["diff"] = new JsonArray(
                Change("title", draft.Title),
                Change("deadline_at", TaskCards.Time(draft.DeadlineAt)),
                Change("priority_group", draft.PriorityGroup),
                Change("urgency_threshold_at", TaskCards.Time(draft.UrgencyThresholdAt)),
                Change("estimated_sections", draft.EstimatedSections)
            ),
            ["expires_at"] = TaskCards.Time(Timestamp.FromDateTimeOffset(interaction.ExpiresAt)),
            ["kind"] = ChangeKinds.Tasks,
            ["status"] = Interaction.Pending,
        };

    private static JsonObject Change(string field, JsonNode? after) =>
        new()
        {
            ["field"] = field,
            ["before"] = null,
            ["after"] = after,
        };
}
