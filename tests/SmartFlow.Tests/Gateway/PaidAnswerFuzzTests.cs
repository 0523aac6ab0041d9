using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.Gateway;

/// <summary>
/// Every member of a good answer of each dialect becomes, one at a time, what it should not be: after a charge there is
/// a success that the official client of the surface can read, and a stream that ends in order; a refusal costs
/// nothing. An ordinary run takes a sample by a fixed seed, SMARTFLOW_SOAK=n all of it and n times two members at once
/// by other seeds. A failure names its seed; SMARTFLOW_SEED sets the first one.
/// </summary>
public sealed partial class PaidAnswerFuzzTests(OddAnswers odd) : IClassFixture<OddAnswers>
{
    private const int Sample = 1_000;
    private const int AtOnce = 16;
    private static readonly int Rounds = int.TryParse(
        Environment.GetEnvironmentVariable("SMARTFLOW_SOAK"),
        out var rounds
    )
        ? rounds
        : 0;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("SMARTFLOW_SEED"), out var seed)
        ? seed
        : 1;
    private static readonly string[] Plain = ["chat", "response", "message"];
    private static readonly string[] Streamed = ["chat stream", "response stream", "message stream"];

    private static readonly string[] Instead =
    [
        "null",
        "7",
        "-1",
        "1.5",
        "1e300",
        "true",
        "\"odd\"",
        "\"\"",
        "\"7\"",
        "\"\\ud83d\"",
        "[]",
        "[1,\"a\",null]",
        "[null]",
        "{}",
        "{\"x\":1}",
        new string('[', 200) + new string(']', 200),
        "\"" + new string('x', 20_000) + "\"",
    ];

    /// <summary>
    /// An answer in the words of a provider: the model that speaks so, and its one body or its events.
    /// </summary>
    private static readonly (string Model, bool Stream, string[] Says)[] Good =
    [
        (
            "odd",
            false,
            [
                """
                {"id":"c1","object":"chat.completion","created":1,"model":"m","system_fingerprint":"f","service_tier":"default","choices":[{"index":0,"message":{"role":"assistant","content":"Hi","refusal":null,"reasoning_content":"hm","reasoning":"hm","annotations":[{"type":"url_citation","url_citation":{"start_index":0,"end_index":1,"url":"https://a.b","title":"t"}}],"tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"t2","type":"function","function":{"name":"g","arguments":"{}"}}]},"logprobs":{"content":[{"token":"a","logprob":-0.1,"bytes":[97],"top_logprobs":[{"token":"a","logprob":-0.1,"bytes":null}]}],"refusal":null},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12,"prompt_tokens_details":{"cached_tokens":1},"completion_tokens_details":{"reasoning_tokens":1}}}
                """,
            ]
        ),
        (
            "odd",
            true,
            [
                """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning_content":"hm"},"logprobs":null,"finish_reason":null}]}""",
                """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"Hi"},"logprobs":{"content":[{"token":"a","logprob":-0.1,"bytes":[97],"top_logprobs":[]}]},"finish_reason":null}],"usage":null}""",
                """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"t1","type":"function","function":{"name":"f","arguments":"{\"a\""}},{"index":1,"id":"t2","type":"function","function":{"name":"g","arguments":""}}]},"finish_reason":null}]}""",
                """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"function":{"arguments":"{}"}},{"index":0,"function":{"arguments":":1}"}}]},"finish_reason":null}]}""",
                """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12,"prompt_tokens_details":{"cached_tokens":1}}}""",
                """{"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12,"completion_tokens_details":{"reasoning_tokens":1}}}""",
            ]
        ),
        (
            "claude",
            false,
            [
                """
                {"id":"msg_1","type":"message","role":"assistant","model":"m","content":[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"Hi"},{"type":"tool_use","id":"t1","name":"f","input":{"a":1}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":10,"output_tokens":2,"cache_read_input_tokens":1,"cache_creation_input_tokens":1}}
                """,
            ]
        ),
        (
            "claude",
            true,
            [
                """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":10,"output_tokens":1}}}""",
                """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}""",
                """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}""",
                """{"type":"content_block_stop","index":0}""",
                """{"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t1","name":"f","input":{}}}""",
                """{"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}""",
                """{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":2}}""",
                """{"type":"message_stop"}""",
            ]
        ),
        (
            "gpt",
            false,
            [
                """
                {"id":"resp_1","object":"response","created_at":1,"status":"completed","error":null,"incomplete_details":null,"model":"m","output":[{"id":"rs_1","type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]},{"id":"msg_1","type":"message","status":"completed","role":"assistant","content":[{"type":"output_text","text":"Hi","annotations":[]}]},{"id":"fc_1","type":"function_call","status":"completed","call_id":"t1","name":"f","arguments":"{\"a\":1}"}],"usage":{"input_tokens":10,"input_tokens_details":{"cached_tokens":1},"output_tokens":2,"output_tokens_details":{"reasoning_tokens":1},"total_tokens":12}}
                """,
            ]
        ),
        (
            "gpt",
            true,
            [
                """{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","created_at":1,"status":"in_progress","model":"m","output":[]}}""",
                """{"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"id":"msg_1","type":"message","status":"in_progress","role":"assistant","content":[]}}""",
                """{"type":"response.output_text.delta","sequence_number":2,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hi"}""",
                """{"type":"response.output_item.added","sequence_number":3,"output_index":1,"item":{"id":"fc_1","type":"function_call","status":"in_progress","call_id":"t1","name":"f","arguments":""}}""",
                """{"type":"response.function_call_arguments.delta","sequence_number":4,"item_id":"fc_1","output_index":1,"delta":"{\"a\":1}"}""",
                """{"type":"response.output_item.done","sequence_number":5,"output_index":1,"item":{"id":"fc_1","type":"function_call","status":"completed","call_id":"t1","name":"f","arguments":"{\"a\":1}"}}""",
                """{"type":"response.completed","sequence_number":6,"response":{"id":"resp_1","object":"response","created_at":1,"status":"completed","incomplete_details":null,"model":"m","output":[],"usage":{"input_tokens":10,"output_tokens":2,"output_tokens_details":{"reasoning_tokens":1},"total_tokens":12}}}""",
            ]
        ),
        (
            "embed",
            false,
            [
                """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1,2]}],"model":"m","usage":{"prompt_tokens":10,"total_tokens":10}}""",
            ]
        ),
    ];

    private readonly Dictionary<int, string> says = [];

    [Fact]
    public async Task After_a_charge_there_are_only_successes_that_clients_can_read()
    {
        var single = Singles().ToList();
        Shuffle(single, new Random(Seed));
        await TryAsync(Rounds > 0 ? single : single.Take(Sample), Seed);
        for (var round = 1; round <= Rounds; round++)
            await TryAsync(Pairs(new Random(Seed + round)), Seed + round);
    }

    private async Task TryAsync(IEnumerable<Case> cases, int ofSeed)
    {
        var asked = new Dictionary<string, bool>();
        var failures = new List<string>();
        odd.Provider.Answers = call => new FakeAnswer
        {
            Raw = Raw(says[int.Parse(Number().Match(call.Raw).Groups[1].Value, CultureInfo.InvariantCulture)]),
        };
        foreach (var wave in cases.Chunk(AtOnce))
        {
            foreach (var each in wave)
                says[each.Id] = each.Says;
            foreach (var (each, answer) in await Task.WhenAll(wave.Select(async c => (c, await AskAsync(c)))))
            {
                says.Remove(each.Id);
                asked[each.Key] = (int)answer.Status is >= 200 and < 300;
                if (Problem(each, answer) is { } problem)
                    failures.Add($"{each.Surface}, {each.Model}, {each.What}: {problem}");
            }
        }
        failures.Take(20).ShouldBeEmpty($"{failures.Count} of {asked.Count}, seed {ofSeed}");
        await odd.SettledAsync();
        var charges = await ChargesAsync();
        asked
            .Where(a => charges.GetValueOrDefault(a.Key) != (a.Value ? 1 : 0))
            .Select(a => a.Key)
            .ShouldBeEmpty($"charged and refused, or shown and free; seed {ofSeed}");
        asked.Values.Count(shown => shown).ShouldBeGreaterThan(asked.Count * 8 / 10);
    }

    private async Task<Answer> AskAsync(Case each)
    {
        var surface = Surface.All[each.Surface];
        var body = surface
            .Body.Replace("\"fake\"", $"\"{(each.Model == "embed" ? "odd" : each.Model)}\"", StringComparison.Ordinal)
            .Replace("TEXT", $"case-{each.Id}.", StringComparison.Ordinal);
        return await odd.Mei.PostAsync(
            surface.Path,
            new StringContent(body, null, "application/json"),
            ("Idempotency-Key", each.Key)
        );
    }

    private static string? Problem(Case each, Answer answer)
    {
        if ((int)answer.Status == 502)
            return null;
        if ((int)answer.Status != 200)
            return $"{answer.Status} {answer.Text}";
        if (IsCut(each) && answer.Text.Contains("\"error\"", StringComparison.Ordinal))
            return null;
        try
        {
            OddAnswers.See(each.Surface, answer);
            return null;
        }
        catch (Exception e)
        {
            return $"{e.Message}\n{each.Says}\n{answer.Text}";
        }
    }

    /// <summary>Both marks of the end have gone: then it has none, and breaking off is right.</summary>
    private static bool IsCut(Case each) =>
        each.Model == "claude"
            ? each.What.Contains(" 6 /", StringComparison.Ordinal)
                && each.What.Contains(" 7 /", StringComparison.Ordinal)
            : each.Model == "gpt" && each.What.Split(" 6 /").Length > 2;

    private async Task<Dictionary<string, int>> ChargesAsync()
    {
        await using var db = await odd
            .App.Services.GetRequiredService<IDbContextFactory<TokenStoreDb>>()
            .CreateDbContextAsync();
        return await db
            .Ledger.AsNoTracking()
            .Where(l => l.AccountId == (long)odd.Mei.Id)
            .GroupBy(l => l.EventId)
            .ToDictionaryAsync(g => g.Key, g => g.Count());
    }

    private static (string, string) Raw(string said) =>
        (said.StartsWith("data:", StringComparison.Ordinal) ? "text/event-stream" : "application/json", said);

    /// <summary>Every member of every answer becomes everything, on every surface.</summary>
    private static IEnumerable<Case> Singles()
    {
        var id = 0;
        foreach (var (model, stream, good) in Good)
            for (var i = 0; i < good.Length; i++)
                foreach (var change in Changes(JsonNode.Parse(good[i])!))
                foreach (var surface in SurfacesOf(model, stream))
                    yield return new Case(
                        ++id,
                        surface,
                        model,
                        $"{i} {change}",
                        Text(
                            model,
                            stream,
                            [.. good.Select((g, at) => at == i ? Written(JsonNode.Parse(g)!, change) : g)]
                        )
                    );
    }

    private static IEnumerable<Case> Pairs(Random random)
    {
        for (var id = 10_000_000 + random.Next(1_000_000) * 1_000; id % 1_000 != 999; id++)
        {
            var (model, stream, good) = Good[random.Next(Good.Length)];
            var changed = good.ToArray();
            var what = "";
            for (var twice = 0; twice < 2; twice++)
            {
                var at = random.Next(good.Length);
                var node = JsonNode.Parse(good[at])!;
                var changes = Changes(node).ToList();
                var change = changes[random.Next(changes.Count)];
                (changed[at], what) = (Written(node, change), $"{what} {at} {change}");
            }
            var surfaces = SurfacesOf(model, stream);
            yield return new Case(
                id,
                surfaces[random.Next(surfaces.Length)],
                model,
                what,
                Text(model, stream, changed)
            );
        }
    }

    private static string[] SurfacesOf(string model, bool stream) =>
        model == "embed" ? ["embeddings"]
        : stream ? Streamed
        : Plain;

    private static string Text(string model, bool stream, string[] says) =>
        stream ? string.Concat((model == "odd" ? says.Append("[DONE]") : says).Select(s => $"data: {s}\n\n")) : says[0];

    private static IEnumerable<Change> Changes(JsonNode node) =>
        Places(node, "")
            .SelectMany(place => Instead.Prepend("").Append("twice").Select(with => new Change(place, with)));

    private static IEnumerable<string> Places(JsonNode? node, string at) =>
        node switch
        {
            JsonObject members => members.SelectMany(m => Places(m.Value, $"{at}/{m.Key}").Prepend($"{at}/{m.Key}")),
            JsonArray items => items.SelectMany((item, i) => Places(item, $"{at}/{i}").Prepend($"{at}/{i}")),
            _ => [],
        };

    /// <summary>The answer with one place changed, as text, so that it can hold what no tree of JSON does.</summary>
    private static string Written(JsonNode node, Change change)
    {
        var text = new StringBuilder();
        Write(text, node, "", change);
        return text.ToString();
    }

    private static void Write(StringBuilder text, JsonNode? node, string at, Change change)
    {
        if (node is not (JsonObject or JsonArray))
        {
            text.Append(node?.ToJsonString() ?? "null");
            return;
        }
        var children = node is JsonObject members
            ? members.Select(m => ($"\"{m.Key}\":", m.Key, m.Value))
            : ((JsonArray)node).Select((item, i) => ("", i.ToString(CultureInfo.InvariantCulture), item));
        text.Append(node is JsonObject ? '{' : '[');
        var first = true;
        foreach (var (name, key, value) in children)
        {
            var here = $"{at}/{key}";
            var times =
                here != change.Place
                    ? 1
                    : change.With switch
                    {
                        "" => 0,
                        "twice" => 2,
                        _ => 1,
                    };
            for (var i = 0; i < times; i++, first = false)
            {
                text.Append(first ? "" : ",").Append(name);
                if (here == change.Place && change.With is not "twice")
                    text.Append(change.With);
                else
                    Write(text, value, here, change);
            }
        }
        text.Append(node is JsonObject ? '}' : ']');
    }

    private static void Shuffle<T>(List<T> list, Random random)
    {
        for (var i = list.Count - 1; i > 0; i--)
        {
            var j = random.Next(i + 1);
            (list[i], list[j]) = (list[j], list[i]);
        }
    }

    [GeneratedRegex(@"case-(\d+)\.")]
    private static partial Regex Number();

    /// <param name="Place">A path.</param>
    /// <param name="With">What stands there instead; empty: nothing, twice: it stands there twice.</param>
    private readonly record struct Change(string Place, string With)
    {
        public override string ToString() =>
            $"{Place} {(With.Length == 0 ? "removed" : With.Length > 60 ? With[..60] : With)}";
    }

    private sealed record Case(int Id, string Surface, string Model, string What, string Says)
    {
        public string Key => $"fuzz-{Id}";
    }
}
