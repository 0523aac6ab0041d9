using System.Text.Json.Nodes;
using SmartFlow.Agent.Timeline;
using SmartFlow.Agent.Tools;
using SmartFlow.Agent.Turns;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Rounds;

/// <summary>What came of one tool call.</summary>
/// <param name="Answer">For the model; null: it waits for a word on the proposal.</param>
/// <param name="Items">For the timeline.</param>
internal sealed record CallOutcome(string? Answer, IReadOnlyList<NewItem> Items, Proposal? Proposal = null);

/// <summary>Runs single tool calls. What a tool refuses is an answer for the model and no error of the turn.</summary>
internal sealed class ToolRun(Microsoft.Extensions.Options.IOptions<AgentOptions> options)
{
    private const string TooLong =
        """{"error":"too_long","detail":"The answer is too long. Ask for fewer days, or with a text to look for."}""";

    private readonly int answerMax = options.Value.ToolAnswerCharactersMax;

    /// <summary>Reads at once; a change is made where it is allowed and proposed where it is not.</summary>
    public async Task<CallOutcome> RunAsync(
        Stage stage,
        Tool tool,
        JsonObject arguments,
        string key,
        CancellationToken cancellationToken
    )
    {
        var call = Call(stage, arguments);
        Running(stage, tool.Name, key);
        try
        {
            if (tool.Kind is null)
            {
                var read = await tool.RunAsync(call, cancellationToken);
                if (read.CallId is { } paid)
                    stage.Model.Include(paid);
                return Done(tool, key, read);
            }
            var proposal = await tool.ProposeAsync(call, cancellationToken);
            // The process that died may have made it.
            var again = tool.Keyless && stage.Turn.TakenUp;
            if (tool.AlwaysAsks || again || !stage.Turn.Allows(tool.Kind))
                return new CallOutcome(null, [], proposal);
            return Done(tool, key, await tool.ApplyAsync(call, proposal.Kept, key, cancellationToken));
        }
        // A change that may have been made is asked for again under its key, not told as one that failed.
        catch (RefusedException e) when (tool.Kind is null || e.Code != ErrorCodes.Unavailable)
        {
            return Failed(stage, tool.Name, key, e);
        }
    }

    /// <summary>Makes what a person allowed, under the key of their word.</summary>
    public async Task<CallOutcome> ApplyAsync(
        Stage stage,
        Tool tool,
        PendingCall pending,
        string key,
        CancellationToken cancellationToken
    )
    {
        Running(stage, tool.Name, key);
        try
        {
            return Done(
                tool,
                key,
                await tool.ApplyAsync(Call(stage, pending.Arguments), pending.Kept, key, cancellationToken)
            );
        }
        catch (RefusedException e) when (e.Code != ErrorCodes.Unavailable)
        {
            return Failed(stage, tool.Name, key, e);
        }
    }

    private static ToolCall Call(Stage stage, JsonObject arguments) =>
        new(stage.Turn.UserId, stage.Turn.Chinese, new Arguments(arguments));

    private static void Running(Stage stage, string name, string key) =>
        stage.Publish(
            "tool",
            new JsonObject
            {
                ["name"] = name,
                ["status"] = "running",
                ["call_id"] = key,
            }
        );

    private CallOutcome Done(Tool tool, string key, ToolResult result)
    {
        List<NewItem> items = [Step(tool.Name, key, "completed", result.Summary)];
        if (result.Card is { } card)
            items.Add(new NewItem(Kinds.BusinessCard, card));
        return new CallOutcome(Cut(result.Answer, made: tool.Kind is not null), items);
    }

    private CallOutcome Failed(Stage stage, string name, string key, RefusedException e)
    {
        var refusal = Told.Refusal(e);
        return new(Cut(refusal, made: false), [Step(name, key, "failed", WhyNot.Words(refusal, stage.Turn.Chinese))]);
    }

    /// <summary>
    /// What is too long for a model is not cut inside, which would be another answer. A change that was made keeps its
    /// plain members: told as an error it would be asked for again.
    /// </summary>
    private string Cut(JsonObject answer, bool made)
    {
        var text = answer.ToJsonString(WebJson.Options);
        if (text.Length <= answerMax)
            return text;
        if (!made)
            return TooLong;
        var brief = new JsonObject(
            answer.Where(m => m.Value is JsonValue).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone()))
        )
        {
            ["note"] = "All of it was made. The details are left out; read again what stands now.",
        };
        return brief.ToJsonString(WebJson.Options);
    }

    private static NewItem Step(string name, string key, string status, string? summary) =>
        new(
            Kinds.ToolResult,
            new JsonObject
            {
                ["name"] = name,
                ["status"] = status,
                ["call_id"] = key,
                ["summary"] = summary,
            }
        );
}
