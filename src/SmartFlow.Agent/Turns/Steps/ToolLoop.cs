using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using SmartFlow.Agent.Interactions;
using SmartFlow.Agent.Rounds;
using SmartFlow.Agent.Timeline;
using SmartFlow.Agent.Tools;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Faults;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Turns.Steps;

/// <summary>
/// A request that needs tools: rounds of one model call each, until the model answers, a change waits for a word, or a
/// limit is reached. Each round is kept before the next begins.
/// </summary>
internal sealed class ToolLoop(
    Toolbox tools,
    ToolRun runs,
    Conversing conversing,
    Threads threads,
    History history,
    GoOn goOn,
    IWriter<AgentDb> writer,
    TimeProvider clock,
    IOptions<AgentOptions> options
)
{
    private const int ModelsKnownMax = 1_000;

    /// <summary>Models whose server refused tools.</summary>
    private readonly ConcurrentDictionary<string, bool> withoutTools = new();

    public async Task RunAsync(Stage stage, string threadId, CancellationToken cancellationToken)
    {
        var (turn, settings) = (stage.Turn, options.Value);
        var thread = await threads.ReadAsync(threadId, cancellationToken);
        var rounds = (await threads.RoundsAsync(threadId, cancellationToken)).ConvertAll(r => (r.Row.TurnId, r.Body));

        // :: Step 1: a turn that is taken up again counts what it had asked before, and ends where it had ended.
        if (turn.TakenUp)
        {
            foreach (var (_, body) in rounds.Where(r => r.TurnId == turn.TurnId))
                stage.Model.Reopen(body.Step);
            await stage.Model.SettleOpenAsync(cancellationToken);
            if (await goOn.IsAskedAsync(turn, cancellationToken))
                return;
        }
        if (rounds.Count > 0 && (rounds[^1].Body.IsLast || rounds[^1].Body.Calls.Any(c => c.Answer is null)))
            return;
        var earlier = await history.ReadBeforeAsync(
            turn.ConversationId,
            settings.HistoryMessages,
            settings.HistoryCharacters,
            thread.FirstSeq,
            cancellationToken
        );

        while (true)
        {
            // :: Step 2: limits of rounds, tokens and Credit.
            stage.ThrowIfStopped();
            if (rounds.Count >= settings.RoundsMax)
            {
                await stage.SayAsync(Words.TooManyRounds(turn.Chinese), cancellationToken);
                return;
            }
            if (Reached(stage) is { } limit)
            {
                await goOn.AskAsync(stage, threadId, limit, cancellationToken);
                return;
            }

            // :: Step 3: one call.
            stage.Status("planning", Words.Planning(turn.Chinese));
            var bodies = rounds.ConvertAll(r => r.Body);
            var (answer, step) = await AskAsync(
                stage,
                bodies,
                native => conversing.Messages(native, earlier, thread, settings.Zone, bodies),
                cancellationToken
            );
            stage.ThrowIfStopped();

            // :: Step 4: what cannot be used goes back with the reason, a few times.
            var problem = answer.Problem ?? Unknown(answer);
            if (problem is not null && Corrected(bodies) >= settings.CorrectionsMax)
                throw new RefusedException(
                    ErrorCodes.ProviderFailed,
                    $"The model's answer could not be used: {problem}. Your message is kept."
                );

            // :: Step 5: calls are carried out, up to the first that has to be allowed.
            var number = rounds.Count + 1;
            var round = problem is not null
                ? new Outcome(new RoundBody(answer.Raw, [], problem) { Step = step }, [], null)
                : await CarryOutAsync(stage, answer, threadId, step, number, cancellationToken);
            await KeepAsync(stage, threadId, number, round, cancellationToken);
            goOn.TellSpent(stage);
            FaultPoint.Reach(round.Waiting is null ? "turn.kept" : "turn.asked");
            if (round.Body.IsLast || round.Waiting is not null)
                return;
            rounds.Add((turn.TurnId, round.Body));
        }
    }

    private async Task<Outcome> CarryOutAsync(
        Stage stage,
        ModelAnswer answer,
        string threadId,
        string step,
        int number,
        CancellationToken cancellationToken
    )
    {
        List<AnsweredCall> calls = [];
        List<NewItem> items = [];
        (AnsweredCall Call, Tool Tool, Proposal Proposal)? waiting = null;
        foreach (var (index, wanted) in answer.Calls.Index())
        {
            var call = new AnsweredCall(wanted.Id, wanted.Name, wanted.Arguments.ToJsonString(WebJson.Options), null);
            if (index >= options.Value.CallsPerRoundMax || waiting is not null)
            {
                calls.Add(call with { Answer = waiting is null ? TooMany : Skipped });
                continue;
            }
            var tool = tools.Find(wanted.Name)!;
            CallOutcome outcome;
            try
            {
                outcome = await runs.RunAsync(
                    stage,
                    tool,
                    wanted.Arguments,
                    $"{stage.Turn.TurnId}:{number}:{index}",
                    cancellationToken
                );
            }
            catch (Exception) when (items.Count > 0)
            {
                // The turn ends and its round is not kept; what was changed before in it is told all the same.
                await stage.SaveTextAsync(CancellationToken.None);
                await stage.AddAsync(items, CancellationToken.None);
                throw;
            }
            calls.Add(call with { Answer = outcome.Answer });
            items.AddRange(outcome.Items);
            if (outcome.Proposal is { } proposal)
                waiting = (call, tool, proposal);
        }
        // The raw answer is what the model is shown again where the protocol is ours.
        var body = new RoundBody(answer.Raw, calls) { Step = step };
        if (waiting is null)
            return new Outcome(body, items, null);
        if (!stage.HasText)
            stage.Delta(Words.AskBeforeChanging(stage.Turn.Chinese));
        var interaction = Ask(
            stage,
            waiting.Value.Tool,
            new PendingCall(
                threadId,
                number,
                waiting.Value.Call.Id,
                waiting.Value.Tool.Name,
                JsonNode.Parse(waiting.Value.Call.Arguments)!.AsObject(),
                waiting.Value.Proposal.Kept
            )
        );
        return new Outcome(body, items, interaction)
        {
            Confirm = Confirm(interaction, waiting.Value.Tool, waiting.Value.Proposal),
        };
    }

    /// <summary>
    /// All of a round in one transaction: what can be seen can be answered, and nothing is done again.
    /// </summary>
    private async Task KeepAsync(
        Stage stage,
        string threadId,
        int number,
        Outcome round,
        CancellationToken cancellationToken
    )
    {
        var (turn, now) = (stage.Turn, clock.MicrosNow());
        List<NewItem> items = [];
        if (stage.TakeText() is { Length: > 0 } said)
            items.Add(NewItem.Said(Kinds.AssistantText, said));
        items.AddRange(round.Items);
        if (round.Waiting is not null)
            items.Add(new NewItem(Kinds.ConfirmRequest, round.Confirm!));
        var last = await writer.WriteAsync(
            async (db, token) =>
            {
                db.Rounds.Add(
                    new Round
                    {
                        ThreadId = threadId,
                        Number = number,
                        TurnId = turn.TurnId,
                        ConversationId = turn.ConversationId,
                        Body = round.Body.Write(),
                        CreatedAt = now,
                    }
                );
                if (round.Waiting is not null)
                    db.Interactions.Add(round.Waiting);
                return await Append.ToAsync(db, turn.ConversationId, turn.TurnId, now, items, token);
            },
            cancellationToken
        );
        stage.Added(items, last);
    }

    private Interaction Ask(Stage stage, Tool tool, PendingCall pending)
    {
        var (turn, now) = (stage.Turn, clock.MicrosNow());
        return new Interaction
        {
            Id = Guid.CreateVersion7(now).ToString("n"),
            ConversationId = turn.ConversationId,
            UserId = turn.UserId,
            TurnId = turn.TurnId,
            State = Interaction.Pending,
            Draft = JsonSerializer.SerializeToUtf8Bytes(pending, WebJson.Options),
            Tool = tool.Name,
            Kind = tool.AlwaysAsks ? null : tool.Kind,
            Chinese = turn.Chinese,
            CreatedAt = now,
            ExpiresAt = now.AddHours(options.Value.ConfirmationHours),
        };
    }

    private static JsonObject Confirm(Interaction interaction, Tool tool, Proposal proposal)
    {
        var payload = new JsonObject
        {
            ["interaction_id"] = interaction.Id,
            ["title"] = proposal.Title,
            ["summary"] = proposal.Summary,
            ["diff"] = proposal.Diff,
            ["tool"] = tool.Name,
            ["kind"] = tool.AlwaysAsks ? null : tool.Kind,
            ["expires_at"] = JsonSerializer.SerializeToNode(interaction.ExpiresAt, WebJson.Options),
            ["status"] = Interaction.Pending,
        };
        if (proposal.Card is { } card)
            payload["card"] = card;
        return payload;
    }

    private async Task<(ModelAnswer Answer, string Step)> AskAsync(
        Stage stage,
        List<RoundBody> rounds,
        Func<bool, List<ChatMessage>> messages,
        CancellationToken cancellationToken
    )
    {
        var number = rounds.Count + 1;
        var (native, json) = ($"round-{number}", $"round-{number}-json");
        var refused = false;
        // A thread goes on as it began: its messages have one form.
        if (rounds.Count > 0 ? !rounds[0].Step.EndsWith("-json", StringComparison.Ordinal) : Native(stage.Turn.Model))
            try
            {
                return (await AskNativeAsync(stage, native, number, messages(true), cancellationToken), native);
            }
            catch (RefusedException e)
                when (e.Code == ErrorCodes.InvalidArgument
                    && rounds.Count == 0
                    && options.Value.ToolProtocol == ToolProtocol.Auto
                )
            {
                refused = true;
            }
        var limits = conversing.Options(native: false, options.Value.RoundTokensMax);
        var response = await stage.Model.AskAsync(json, Scenes.AgentPlan, messages(false), limits, cancellationToken);
        // What refuses this form too refused something else than tools.
        if (refused && withoutTools.Count < ModelsKnownMax)
            withoutTools[stage.Turn.Model] = true;
        var answer = ModelAnswer.OfProtocol(response.Text, number);
        if (answer.Said.Length > 0)
            stage.Delta(answer.Said);
        return (answer, json);
    }

    private bool Native(string model) =>
        options.Value.ToolProtocol switch
        {
            ToolProtocol.Native => true,
            ToolProtocol.Json => false,
            _ => !withoutTools.ContainsKey(model),
        };

    /// <summary>A stop keeps what came; the rest of the stream is read, unseen, for the receipt at its end.</summary>
    private async Task<ModelAnswer> AskNativeAsync(
        Stage stage,
        string step,
        int number,
        List<ChatMessage> messages,
        CancellationToken cancellationToken
    )
    {
        var (telling, text, calls) = (true, new System.Text.StringBuilder(), new List<FunctionCallContent>());
        var limits = conversing.Options(native: true, options.Value.RoundTokensMax);
        await foreach (
            var update in stage.Model.StreamAsync(step, Scenes.AgentPlan, messages, limits, cancellationToken)
        )
        {
            telling = telling && !stage.Stopping;
            foreach (var content in update.Contents)
                switch (content)
                {
                    case FunctionCallContent call:
                        calls.Add(call);
                        break;
                    case TextReasoningContent thought when telling:
                        stage.Reasoning(thought.Text);
                        break;
                    case TextContent said:
                        text.Append(said.Text);
                        if (telling)
                            telling = stage.Delta(said.Text);
                        break;
                }
        }
        return ModelAnswer.OfNative(text.ToString(), calls, number);
    }

    private string? Unknown(ModelAnswer answer) =>
        answer.Calls.FirstOrDefault(c => tools.Find(c.Name) is null) is { } call
            ? $"there is no tool {call.Name[..Math.Min(call.Name.Length, 60)]}"
            : null;

    private static int Corrected(List<RoundBody> rounds) =>
        rounds.AsEnumerable().Reverse().TakeWhile(r => r.Correction is not null).Count();

    private string? Reached(Stage stage)
    {
        var (usage, zh) = (stage.Model.Usage, stage.Turn.Chinese);
        if (usage.CreditMicros >= stage.Turn.BudgetMicros)
            return Words.BudgetSpent(usage.CreditMicros, stage.Turn.BudgetMicros, zh);
        return usage.Tokens >= options.Value.TurnTokensMax ? Words.TooManyTokens(zh) : null;
    }

    private const string TooMany =
        """{"error":"too_many","detail":"Too many calls in one answer. Call this again if it is still wanted."}""";
    private const string Skipped =
        """{"error":"skipped","detail":"Another change waited for the student's word. Call this again if it is still wanted."}""";

    /// <param name="Body">To keep.</param>
    /// <param name="Items">To tell.</param>
    /// <param name="Waiting">The change that waits.</param>
    private sealed record Outcome(RoundBody Body, IReadOnlyList<NewItem> Items, Interaction? Waiting)
    {
        public JsonObject? Confirm { get; init; }
    }
}
