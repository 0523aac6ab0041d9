using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;
using SmartFlow.Agent.Proposals;
using SmartFlow.Agent.Tools;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Agent.Mcp;

/// <summary>
/// tools/call: what reads runs at once, what changes is proposed, or made where the key may. What a tool refuses is an
/// answer with isError for the model; what no such tool or argument is, an error of the protocol (-32602).
/// </summary>
internal sealed class CallTool(
    ListTools tools,
    MakeProposal proposals,
    FindProposal finds,
    McpPace pace,
    AskedLanguage language,
    IOptions<AgentOptions> options,
    TimeProvider clock
)
{
    private const string TooLong =
        """{"error":"too_long","detail":"The answer is too long. Ask for fewer days, or with a text to look for."}""";

    public async ValueTask<CallToolResult> HandleAsync(
        HttpContext http,
        RequestContext<CallToolRequestParams> request,
        CancellationToken cancellationToken
    )
    {
        // :: Step 1: the call, as the protocol has it.
        var asked = request.Params ?? throw Wrong("params are missing");
        var tool = tools.Find(asked.Name)
            ?? throw Wrong($"there is no tool {asked.Name[..Math.Min(asked.Name.Length, 60)]}");
        var arguments = JsonSerializer.SerializeToElement(asked.Arguments ?? new Dictionary<string, JsonElement>());
        if (SchemaCheck.Problem(tool.Schema, arguments) is { } problem)
            throw Wrong(problem);
        var callKey = CallKeys.Of(http, request) is { Problem: null } key
            ? key
            : throw Wrong($"the key of the call must have 1 to {CallKeys.Most} characters");

        try
        {
            // :: Step 2: who asks, and how often.
            var owner = http.User.ApiKey()
                ?? throw new RefusedException(ErrorCodes.Unauthenticated, "Send an API key.");
            if (await pace.TakeAsync(owner) is { } tooOften)
                throw tooOften;
            var right = McpRights.Of(owner);
            var chinese = await language.IsChineseAsync(owner.UserId, http.Request, arguments, cancellationToken);
            var call = new ToolCall(owner.UserId, chinese, new Arguments(JsonObject.Create(arguments)!));

            // :: Step 3: reading runs at once.
            if (tool == GetProposal.Tool)
                return Answer(await GetProposal.RunAsync(finds, call, clock.GetUtcNow(), cancellationToken));
            if (tool.Kind is null)
                return Answer((await tool.RunAsync(call, cancellationToken)).Answer);

            // :: Step 4: a change waits for its user's word, but for a key that may apply and a change that can be
            // taken back.
            if (right < McpRight.Propose)
                throw new RefusedException(
                    ErrorCodes.Forbidden,
                    $"This key may only read: it needs {ApiKeyScope.McpPropose} to propose a change."
                );
            var made = await proposals.MakeAsync(
                new Wanted(owner, tool, call, callKey, MayApply: right == McpRight.Apply && !tool.AlwaysAsks),
                cancellationToken
            );
            return Answer(ProposalAnswers.Of(made, clock.GetUtcNow()), failed: made.State == KeptProposal.Failed);
        }
        catch (Exception e) when ((e as RefusedException ?? DatabaseFailures.RefusalOf(e)) is { } refusal)
        {
            return Refused(refusal);
        }
    }

    private static McpProtocolException Wrong(string what) => new(what, McpErrorCode.InvalidParams);

    private static CallToolResult Refused(RefusedException refusal)
    {
        var told = Told.Refusal(refusal);
        if (refusal.RetryAfter is { } wait)
            told["retry_after_seconds"] = Math.Ceiling(wait.TotalSeconds);
        return Result(told.ToJsonString(WebJson.Options), isError: true);
    }

    private CallToolResult Answer(JsonObject answer, bool failed = false)
    {
        var text = answer.ToJsonString(WebJson.Options);
        if (text.Length <= options.Value.ToolAnswerCharactersMax)
            return Result(text, failed);
        // What became of a change is told without its details: as an error it would be asked for again.
        return answer["proposal_id"] is null
            ? Result(TooLong, isError: true)
            : Result(Brief(answer).ToJsonString(WebJson.Options), failed);
    }

    private static JsonObject Brief(JsonObject answer) =>
        new(answer.Where(m => m.Value is JsonValue).Select(m => KeyValuePair.Create(m.Key, m.Value?.DeepClone())))
        {
            ["note"] = "The details are left out.",
        };

    private static CallToolResult Result(string text, bool isError) =>
        new() { Content = [new TextContentBlock { Text = text }], IsError = isError };
}
