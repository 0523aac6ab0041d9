using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Faults;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Turns;

/// <summary>
/// POST /agent/chat: begins a turn and streams its events. The turn goes on when the client leaves; it is in the
/// timeline, and GET …/stream follows it. A repeat with the same Idempotency-Key follows the turn that it began.
/// </summary>
internal static class Chat
{
    internal const string ConversationHeader = "X-Conversation-ID";
    private const int ModelMax = 100;
    private const int CommentMax = 1_000;
    private const int KeyMax = 255;

    /// <param name="Message">What the user says; not with resume.</param>
    /// <param name="ConversationId">Absent: a new conversation.</param>
    /// <param name="Model">An alias; absent: the default.</param>
    /// <param name="AlwaysAllow">From now on writes in this conversation need no confirmation; with resume only those
    /// of the confirmation's kind.</param>
    /// <param name="Resume">A word on a confirmation.</param>
    /// <param name="BudgetCredit">What this turn may cost before it asks; absent: the conversation's. On the word that
    /// it goes on, with always_allow: of the conversation from now on.</param>
    internal sealed record Request(
        string? Message,
        [property: JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)] long? ConversationId,
        string? Model,
        bool? AlwaysAllow,
        Resume? Resume,
        decimal? BudgetCredit = null
    );

    internal sealed record Resume(string InteractionId, string Action, string? Comment);

    public static void Map(RouteGroupBuilder agent) =>
        agent
            .MapPost("/chat", HandleAsync)
            .WithName("Chat")
            .WithSummary("Say something; the answer is a stream of events");

    private static async Task<ServerSentEventsResult<string>> HandleAsync(
        Request request,
        [FromHeader(Name = "Idempotency-Key")] string? key,
        ClaimsPrincipal user,
        HttpContext http,
        StartTurn start,
        Remembering remembering,
        LiveTurns live,
        ReplayTurn replay,
        ConversationOf conversations,
        IOptions<AgentOptions> options,
        TimeProvider clock,
        CancellationToken cancellationToken
    )
    {
        var asked = Check(request, user.UserId(), key, http, options.Value);
        if (asked is { ConversationId: null, InteractionId: { } waiting })
            asked = asked with
            {
                ConversationId = await conversations.FindAsync(asked.UserId, waiting, cancellationToken),
            };
        live.CheckRoom();
        if (asked.InteractionId is null)
        {
            var recall = asked.ClientKey is { } given
                ? ChatKeys.TurnId(asked.UserId, given)
                : Guid.CreateVersion7(clock.GetUtcNow()).ToString("n");
            asked = asked with
            {
                Remembered = await remembering.OfAsync(asked.UserId, asked.Message, recall, cancellationToken),
            };
        }
        // From here on the client may leave: what is begun is carried through.
        var started = await start.StartAsync(asked, CancellationToken.None);
        FaultPoint.Reach("turn.started");
        var conversationId = started.Open?.ConversationId ?? started.Repeated!.ConversationId;
        var running = started.Open is { } turn ? live.Begin(turn) : null;
        var events = started.Repeated is { } repeated
            ? replay.OfTurnAsync(repeated, cancellationToken)
            : running!.FollowAsync(running.BeganSeq, cancellationToken);
        return FollowTurn.Answer(http, conversationId, events);
    }

    private static TurnRequest Check(Request request, ulong userId, string? key, HttpContext http, AgentOptions options)
    {
        var message = request.Message?.Trim() ?? "";
        if (message.Length > options.MessageCharactersMax)
            throw RefusedException.Field("message", $"must have at most {options.MessageCharactersMax} characters");
        if (message.Length == 0 && request.Resume is null)
            throw RefusedException.Field("message", "must not be empty");
        if (request.Model?.Length > ModelMax)
            throw RefusedException.Field("model", $"must have at most {ModelMax} characters");
        var comment = (request.Resume?.Comment ?? (request.Resume is null ? null : message))?.Trim() ?? "";
        if (comment.Length > CommentMax)
            throw RefusedException.Field("resume.comment", $"must have at most {CommentMax} characters");
        if (request.Resume is { Action: not ("accept" or "reject") })
            throw RefusedException.Field("resume.action", "must be accept or reject");
        if (request.BudgetCredit is { } budget)
            TurnBudget.Check("budget_credit", budget, options);
        return new TurnRequest(
            userId,
            request.ConversationId,
            request.Resume is null ? message : "",
            request.Model?.Trim() ?? "",
            request.AlwaysAllow ?? false,
            request.Resume?.InteractionId,
            request.Resume?.Action == "accept",
            comment,
            http.TraceIdentifier,
            Key(key, http.Request),
            SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(request, WebJson.Options))
        )
        {
            BudgetMicros = request.BudgetCredit is { } credit ? Pricing.Micros(credit) : null,
        };
    }

    private static string? Key(string? key, HttpRequest request)
    {
        key ??= request.Headers["X-Idempotency-Key"].FirstOrDefault();
        if (string.IsNullOrEmpty(key))
            return null;
        return key.Length <= KeyMax
            ? key
            : throw RefusedException.Field("Idempotency-Key", $"must have at most {KeyMax} characters");
    }
}
