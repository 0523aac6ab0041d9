using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Memory.Items;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Memory.Extracting;

/// <summary>
/// Asks what of a turn is worth keeping: scene memory.extract, paid by the user, under a key of the turn, so that
/// whoever asks again is answered from the journal. What the user wrote is a JSON string; what is known is numbered,
/// and ids are never told.
/// </summary>
internal sealed class AskModel(ILlm llm, IOptions<MemoryOptions> options)
{
    private static readonly string Prompt = Read("extract.v1");

    /// <summary>What the model is asked; the same text however often it is asked.</summary>
    public static string Envelope(Look look, IReadOnlyList<MemoryItem> known)
    {
        var numbered = new JsonArray([
            .. known.Select(
                (k, i) =>
                    new JsonObject
                    {
                        ["n"] = i + 1,
                        ["id"] = k.Id,
                        ["type"] = JsonNamingPolicy.SnakeCaseLower.ConvertName(k.Type.ToString()),
                        ["title"] = k.Title,
                        ["content"] = k.Content,
                        ["explicit"] = k.Explicit,
                    }
            ),
        ]);
        return new JsonObject
        {
            ["now"] = look.SaidAt.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture),
            ["message"] = look.Message,
            ["known"] = numbered,
        }.ToJsonString(WebJson.Options);
    }

    /// <summary>The ids of the known items by their numbers, as the envelope was made.</summary>
    public static long[] KnownOf(string envelope) =>
        [.. JsonNode.Parse(envelope)!["known"]!.AsArray().Select(k => k!["id"]!.GetValue<long>())];

    /// <exception cref="JsonMismatchException">No answer could be read. Refusals are those of ILlm.</exception>
    public async Task<Found> AskAsync(Look look, string envelope, CancellationToken cancellationToken)
    {
        var settings = options.Value;
        var billing = new BillingContext(
            look.UserId,
            $"{EventKey.OwnPrefix}memory:{look.TurnId}",
            Scenes.MemoryExtract,
            $"memory:{look.TurnId}",
            look.ConversationId.ToString(CultureInfo.InvariantCulture),
            settings.Model,
            SkipCharge: false
        );
        List<ChatMessage> messages = [new(ChatRole.System, Prompt), new(ChatRole.User, WithoutIds(envelope))];
        var wanted = new JsonAnswerOptions
        {
            Name = "memory",
            Attempts = settings.Attempts,
            MaxOutputTokens = settings.TokensMax,
            Temperature = 0,
        };
        try
        {
            return (await llm.GenerateJsonAsync<Found>(billing, messages, wanted, cancellationToken)).Value;
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.InvalidArgument)
        {
            // A server that does not know the format; the schema stands in the instructions, too.
            return (
                await llm.GenerateJsonAsync<Found>(
                    billing with
                    {
                        EventId = billing.EventId + ":plain",
                    },
                    messages,
                    wanted with
                    {
                        SchemaAsFormat = false,
                    },
                    cancellationToken
                )
            ).Value;
        }
    }

    private static string WithoutIds(string envelope)
    {
        var shown = JsonNode.Parse(envelope)!.AsObject();
        foreach (var known in shown["known"]!.AsArray())
            known!.AsObject().Remove("id");
        return shown.ToJsonString(WebJson.Options);
    }

    private static string Read(string name)
    {
        using var stream = typeof(AskModel).Assembly.GetManifestResourceStream($"prompts/{name}.md")
            ?? throw new InvalidOperationException($"There is no prompt {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().TrimEnd('\n');
    }
}
