using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.ActiveScheduler.Suggestions;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Telemetry;
using SmartFlow.Platform.Web;

namespace SmartFlow.ActiveScheduler.Suggesting;

/// <summary>Which candidate comes first, who says so and why.</summary>
/// <param name="Candidate">Its id.</param>
/// <param name="ByModel">False: the planner's own order.</param>
/// <param name="Why">The model's words; null: none.</param>
/// <param name="CreditMicros">What asking cost.</param>
internal sealed record Choice(string Candidate, bool ByModel, string? Why, long CreditMicros);

/// <summary>
/// Asks a model which of the candidates comes first, and why; it can do nothing else. The call's key is the
/// suggestion's and its bytes follow from the row, so that the repeat after a crash is answered from the journal and
/// paid for once. Whatever goes wrong, the planner's own order stands.
/// </summary>
internal sealed class Choose(
    ILlm llm,
    IOptions<ActiveSchedulerOptions> options,
    TimeProvider clock,
    ILogger<Choose> logger
)
{
    private const int WhyMax = 200;
    private const int TitleMax = 120;
    private const int OutputTokensMax = 200;

    private static readonly string Prompt = ReadPrompt("select.v1.md");
    private readonly Tallies<string> refusals = new(clock);

    /// <summary>The key of the call that chose; the outlet's journal knows it where one was made.</summary>
    public static string CallOf(Suggestion suggestion) => $"{EventKey.OwnPrefix}suggestion:{suggestion.Id}:1";

    public async Task<Choice> AskAsync(Suggestion suggestion, CancellationToken cancellationToken)
    {
        var candidates = suggestion.ReadCandidates();
        var own = new Choice(candidates[0].Id, false, null, 0);
        if (!suggestion.ModelAsked)
            return own;
        using var slow = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.ModelSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(slow.Token, cancellationToken);
        try
        {
            var billing = new BillingContext(
                suggestion.UserId,
                $"suggestion:{suggestion.Id}",
                Scenes.ActiveSchedulerSelect,
                $"suggestion-{suggestion.Id}",
                "",
                options.Value.Model,
                SkipCharge: false
            );
            ChatMessage[] messages =
            [
                new(ChatRole.System, Prompt),
                new(ChatRole.User, Question(suggestion, candidates)),
            ];
            var answer = await llm.GenerateJsonAsync<Selection>(
                billing,
                messages,
                new JsonAnswerOptions
                {
                    Name = "selection",
                    Attempts = 1,
                    MaxOutputTokens = OutputTokensMax,
                    Temperature = 0,
                },
                either.Token
            );
            var cost = Cost(answer.Receipts);
            return candidates.Any(c => c.Id == answer.Value.Candidate)
                ? new Choice(answer.Value.Candidate, true, Plain(answer.Value.Why), cost)
                : own with
                {
                    CreditMicros = cost,
                };
        }
        catch (JsonMismatchException e)
        {
            return own with { CreditMicros = Cost(e.Receipts) };
        }
        catch (RefusedException e)
        {
            Count(e.Code.Code);
            return own;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Count(ErrorCodes.ProviderTimeout.Code);
            return own;
        }
    }

    /// <summary>One line of plain text, cut between characters; null: nothing is left.</summary>
    internal static string? Plain(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return null;
        var line = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length + rune.Utf16SequenceLength > WhyMax)
                break;
            if (
                !Rune.IsControl(rune)
                && !Rune.IsWhiteSpace(rune)
                && rune.Value is not (>= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069)
            )
                line.Append(rune.ToString());
            else if (line.Length > 0 && line[^1] != ' ')
                line.Append(' ');
        }
        var plain = line.ToString().Trim();
        return plain.Length > 0 ? plain : null;
    }

    /// <summary>Also of a repeat that the journal answered: it is the same call.</summary>
    private static long Cost(IReadOnlyList<CallReceipt> receipts) => receipts.Sum(r => r.CreditMicros);

    /// <summary>
    /// A JSON string cannot be closed from inside: titles stay data. The same row gives the same bytes.
    /// </summary>
    private static string Question(Suggestion suggestion, IReadOnlyList<Candidate> candidates) =>
        new JsonObject
        {
            ["language"] = suggestion.Language,
            ["matter"] = new JsonObject { ["kind"] = suggestion.Kind, ["title"] = Short(suggestion.Title) },
            ["candidates"] = new JsonArray([
                .. candidates.Select(c => new JsonObject
                {
                    ["id"] = c.Id,
                    ["kind"] = c.Kind,
                    ["reason"] = c.Reason,
                    ["risk"] = c.Risk,
                    ["changes"] = new JsonArray([
                        .. c
                            .Changes.Take(8)
                            .Select(change => new JsonObject
                            {
                                ["title"] = Short(change.Title),
                                ["before"] = Slot(change.Before),
                                ["after"] = Slot(change.After),
                            }),
                    ]),
                    ["breaks"] = new JsonArray([
                        .. c
                            .Breaks.Take(8)
                            .Select(b => new JsonObject { ["rule"] = b.Rule, ["title"] = Short(b.Title) }),
                    ]),
                }),
            ]),
        }.ToJsonString(WebJson.Options);

    private static string? Slot(CandidateSlot? at) => at is null ? null : $"{at.Date} {at.SectionFrom}-{at.SectionTo}";

    private static string Short(string text) =>
        text.Length <= TitleMax ? text : text[..(char.IsHighSurrogate(text[TitleMax - 1]) ? TitleMax - 1 : TitleMax)];

    private void Count(string code)
    {
        if (refusals.Add(code) is > 0 and var count)
            ChooseLog.Refused(logger, count, code);
    }

    private static string ReadPrompt(string name)
    {
        using var stream = typeof(Choose).Assembly.GetManifestResourceStream($"prompts/{name}")
            ?? throw new InvalidOperationException($"There is no prompt {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Trim();
    }

    /// <summary>What the model writes.</summary>
    internal sealed record Selection(
        [property: MaxLength(20)] string Candidate,
        [property: MaxLength(2_000)] string Why
    );
}

internal static partial class ChooseLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} suggestions have the planner's own order: {Code}")]
    public static partial void Refused(ILogger logger, long count, string code);
}
