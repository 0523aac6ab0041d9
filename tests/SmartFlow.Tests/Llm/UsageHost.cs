using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Billing;
using SmartFlow.Tests.Llm.Calls;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.Llm;

/// <summary>
/// The program before a provider of each dialect, for series of calls that differ in the usage that is told.
/// </summary>
public sealed class UsageHost : IAsyncLifetime
{
    /// <summary>What every answer says, unless a test says otherwise.</summary>
    public const string Text = "Hello there";
    private CallFixture calls = null!;
    private int asked;

    internal CallFixture Calls => calls;

    internal FakeProvider Provider => calls.Provider;

    /// <summary>What we estimate for the input and the output of a usual chat.</summary>
    public (long Input, long Output) Estimate { get; private set; }

    public async ValueTask InitializeAsync()
    {
        calls = await CallFixture.StartAsync(s =>
        {
            s.Settings["Llm:DrainSeconds"] = "0";
            s.Settings["Llm:Providers:0:Name"] = "anthropic";
            s.Settings["Llm:Providers:0:Api"] = "Anthropic";
            s.Settings["Llm:Providers:0:BaseUrl"] = s.Settings["Llm:BaseUrl"];
            s.Settings["Llm:Providers:0:Models:0"] = "claude-x";
            s.Settings["Llm:Providers:1:Name"] = "responses";
            s.Settings["Llm:Providers:1:Api"] = "Responses";
            s.Settings["Llm:Providers:1:BaseUrl"] = s.Settings["Llm:BaseUrl"];
            s.Settings["Llm:Providers:1:Models:0"] = "gpt-x";
        });
        await calls.SetBalanceAsync(10_000 * Pricing.MicrosPerCredit);
        var told = await AskAsync("chat", null);
        Estimate = (told.Buckets[0], told.Buckets[1]);
    }

    public ValueTask DisposeAsync() => calls.DisposeAsync();

    /// <summary>
    /// Makes a call of an upstream's dialect that tells this usage (raw JSON; null: none; of two, at the begin and the
    /// end).
    /// </summary>
    internal async Task<Charged> AskAsync(string upstream, params string?[]? usage)
    {
        var (stream, model) = upstream switch
        {
            "chat-stream" => (true, CallFixture.Model),
            "anthropic" => (false, "claude-x"),
            "anthropic-stream" => (true, "claude-x"),
            "responses" => (false, "gpt-x"),
            "responses-stream" => (true, "gpt-x"),
            _ => (false, CallFixture.Model),
        };
        Provider.Answers = _ => new FakeAnswer
        {
            Raw = (stream ? "text/event-stream" : "application/json", UsageAnswers.Of(upstream, usage ?? [null], Text)),
        };
        return upstream == "embeddings"
            ? await MakeAsync("/v1/embeddings", new { model, input = "Hi" })
            : await MakeAsync("/v1/chat/completions", Body(model, stream));
    }

    /// <summary>
    /// A streamed chat whose provider sends exactly this, a model's of whichever dialect; it may fail.
    /// </summary>
    internal Task<Charged> StreamAsync(string events, string model = CallFixture.Model, int maxTokens = 4_000)
    {
        Provider.Answers = _ => new FakeAnswer { Raw = ("text/event-stream", events) };
        return MakeAsync("/v1/chat/completions", Body(model, true, maxTokens));
    }

    /// <summary>A plain chat whose provider sends exactly this.</summary>
    internal Task<Charged> PlainAsync(
        string body,
        string model = CallFixture.Model,
        HttpStatusCode status = HttpStatusCode.OK
    )
    {
        Provider.Answers = _ => new FakeAnswer { Raw = ("application/json", body) };
        return MakeAsync("/v1/chat/completions", Body(model, false), status);
    }

    internal static object Body(string model, bool stream, int maxTokens = 4_000) =>
        new
        {
            model,
            max_tokens = maxTokens,
            stream,
            messages = new[] { new { role = "user", content = "Hi" } },
        };

    internal string NextKey() => $"call-{Interlocked.Increment(ref asked)}";

    /// <summary>A call that is charged, as its owner and the ledger see it.</summary>
    internal async Task<Charged> MakeAsync(string path, object body, HttpStatusCode status = HttpStatusCode.OK)
    {
        var key = NextKey();
        var answer = await calls.User.PostAsync(path, body, ("Idempotency-Key", key));
        answer.ShouldBe(status);
        return await SeenAsync(key) with { Answer = answer };
    }

    internal async Task<Charged> SeenAsync(string key)
    {
        var call = (await calls.User.GetAsync($"/api/v1/calls/{key}")).ShouldBe(HttpStatusCode.OK).Json;
        var usage = call.GetProperty("usage");
        var buckets = new[]
        {
            "input_tokens",
            "output_tokens",
            "cached_tokens",
            "cache_write_tokens",
            "reasoning_tokens",
        }
            .Select(n => usage.GetProperty(n).GetInt64())
            .ToArray();
        return new Charged(
            key,
            buckets,
            usage.GetProperty("estimated").GetBoolean(),
            call.GetProperty("credit_micros").GetInt64(),
            await LedgerAsync(key),
            call.GetProperty("outcome").GetString()!
        );
    }

    /// <summary>What these buckets cost by the seeded rule, rounded up once to a micro-yuan.</summary>
    internal static long MicrosOf(IReadOnlyList<long> buckets)
    {
        long[] prices = [3_200_000, 16_000_000, 800_000, 3_200_000, 16_000_000];
        var millionths = buckets.Zip(prices, (tokens, price) => tokens * price).Sum();
        return (millionths + 999_999) / 1_000_000 * 100;
    }

    private async Task<long> LedgerAsync(string key)
    {
        await using var db = await calls
            .App.Services.GetRequiredService<IDbContextFactory<TokenStoreDb>>()
            .CreateDbContextAsync();
        var rows = await Eventually.GetAsync(
            () =>
                db
                    .Ledger.AsNoTracking()
                    .Where(l => l.EventId == key && l.AccountId == (long)calls.User.Id)
                    .ToListAsync(),
            r => r.Count > 0
        );
        return -rows.ShouldHaveSingleItem().AmountMicros;
    }
}

/// <param name="Key">Its event id.</param>
/// <param name="Buckets">Uncached input, output, cached, cache-write, reasoning.</param>
/// <param name="Estimated">A number is ours.</param>
/// <param name="Micros">As the call says.</param>
/// <param name="LedgerMicros">As the ledger has it.</param>
/// <param name="Outcome">How it ended.</param>
internal sealed record Charged(
    string Key,
    long[] Buckets,
    bool Estimated,
    long Micros,
    long LedgerMicros,
    string Outcome
)
{
    public Answer? Answer { get; init; }
}

/// <summary>One case of tests/fixtures/usage.</summary>
internal sealed record UsageCase(
    string Name,
    string Upstream,
    string?[] Usage,
    string[] Buckets,
    bool Estimated,
    long? Micros
)
{
    public static IEnumerable<UsageCase> Read(string file)
    {
        var cases = JsonNode.Parse(File.ReadAllText(Path.Combine(Fixtures.Folder("usage"), file)))!["cases"]!.AsArray();
        return cases.Select(c => new UsageCase(
            c!["name"]?.GetValue<string>() ?? $"{c["vendor"]}: {c["rule"]}",
            c["upstream"]!.GetValue<string>(),
            Told(c["usage"]),
            [.. c["buckets"]!.AsArray().Select(b => b!.ToString())],
            c["estimated"]?.GetValue<bool>() == true,
            c["micros"]?.GetValue<long>()
        ));
    }

    /// <summary>A text is JSON as the provider writes it; a list is told in parts.</summary>
    private static string?[] Told(JsonNode? usage) =>
        usage switch
        {
            JsonArray parts => [.. parts.Select(p => p?.ToJsonString())],
            JsonValue raw when raw.GetValueKind() == JsonValueKind.String => [raw.GetValue<string>()],
            _ => [usage?.ToJsonString()],
        };
}
