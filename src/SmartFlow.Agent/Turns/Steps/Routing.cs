using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using NodaTime;
using NodaTime.Text;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Turns.Steps;

internal enum RouteKind
{
    Chat,
    TaskCreate,
    TaskQuery,

    /// <summary>It needs tools.</summary>
    Plan,
}

/// <summary>What a message wants, as the model read it.</summary>
internal sealed record Route(RouteKind Kind, string? Title = null, string? When = null)
{
    public static readonly Route Chat = new(RouteKind.Chat);

    /// <summary>An answer that cannot be read means a plain chat: no retry, no error.</summary>
    public static Route Read(string answer)
    {
        var (start, end) = (answer.IndexOf('{'), answer.LastIndexOf('}'));
        if (start < 0 || end < start)
            return Chat;
        try
        {
            using var json = JsonDocument.Parse(answer.AsMemory(start, end - start + 1));
            return Text(json.RootElement, "route") switch
            {
                "task_create" => new Route(
                    RouteKind.TaskCreate,
                    Text(json.RootElement, "title"),
                    Text(json.RootElement, "when")
                ),
                "task_query" => new Route(RouteKind.TaskQuery),
                "plan" => new Route(RouteKind.Plan),
                _ => Chat,
            };
        }
        catch (JsonException)
        {
            return Chat;
        }
    }

    private static string? Text(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!.Trim()
            : null;
}

/// <summary>Asks the model what a message wants: one call, scene agent.plan.</summary>
internal sealed class Routing(History history, IOptions<AgentOptions> options, ILogger<Routing> logger)
{
    /// <summary>Its call's event id ends with it.</summary>
    public const string Step = ChatKeys.FirstStep;

    private const int RecentMessages = 4;
    private const int RecentCharacters = 1_200;

    public async Task<Route> DecideAsync(Stage stage, CancellationToken cancellationToken)
    {
        var turn = stage.Turn;
        var recent = await history.ReadAsync(
            turn.ConversationId,
            RecentMessages,
            RecentCharacters,
            turn.TurnId,
            cancellationToken
        );
        List<ChatMessage> messages = [new(ChatRole.System, Prompts.Route), new(ChatRole.User, Envelope(turn, recent))];
        try
        {
            var response = await stage.Model.AskAsync(Step, Scenes.AgentPlan, messages, Options(), cancellationToken);
            return Route.Read(response.Text);
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.KeyReused)
        {
            throw new RefusedException(
                ErrorCodes.KeyReused,
                "This message was answered before: with plain chat while the assistant was away, or in a conversation that is gone. Send it as a new message."
            );
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.InvalidArgument)
        {
            // A server that does not know the format: talk still works.
            RoutingLog.Refused(logger, turn.TurnId);
            return Route.Chat;
        }
    }

    /// <summary>A JSON string cannot be closed from inside: what a user wrote stays data.</summary>
    private string Envelope(OpenTurn turn, IEnumerable<ChatMessage> recent)
    {
        var now = Instant.FromDateTimeOffset(turn.StartedAt).InZone(options.Value.Zone).LocalDateTime;
        var envelope = new JsonObject
        {
            ["now"] = LocalDateTimePattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm dddd").Format(now),
            ["recent"] = new JsonArray([
                .. recent.Select(m => new JsonObject { ["role"] = m.Role.Value, ["text"] = m.Text }),
            ]),
            ["message"] = turn.Message,
        };
        return envelope.ToJsonString(WebJson.Options);
    }

    private ChatOptions Options() =>
        new()
        {
            Temperature = 0,
            MaxOutputTokens = options.Value.RouteTokensMax,
            ResponseFormat = ChatResponseFormat.ForJsonSchema(Prompts.RouteSchema, "route"),
        };
}

internal static partial class RoutingLog
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The model's server refused the routing call of turn {TurnId}; it is answered as plain chat."
    )]
    public static partial void Refused(ILogger logger, string turnId);
}
