using System.Globalization;
using System.Text;
using System.Text.Json;
using SmartFlow.Tests.Memory;

namespace SmartFlow.Tests.Agent;

/// <summary>
/// Whole conversations from Dialogues/*.json: what is asked, told and changed. The table in docs/agent.md says how each
/// ends, how many calls it took and what they cost; UPDATE=1 writes it anew.
/// </summary>
public sealed class DialogueTests
{
    private const string Begin = "<!-- dialogues -->";
    private const string End = "<!-- /dialogues -->";

    [Fact]
    public async Task Every_dialogue_ends_as_the_table_says()
    {
        await using var stage = await DialogueStage.StartAsync();
        var (rows, failures) = (new List<string>(), new List<string>());
        foreach (var (dialogue, model) in Dialogue.All())
            try
            {
                rows.Add(await stage.PlayAsync(dialogue, model));
            }
            catch (Exception e)
            {
                failures.Add($"{model}, {dialogue.Lang}, {dialogue.Name}: {e.Message}");
            }
        failures.ShouldBeEmpty();
        rows.Count.ShouldBeGreaterThanOrEqualTo(60);
        CheckTable(rows);
    }

    private static void CheckTable(List<string> rows)
    {
        var path = Path.Combine(Repository.Root, "docs/agent.md");
        var page = File.ReadAllText(path);
        var (from, to) = (
            page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length,
            page.IndexOf(End, StringComparison.Ordinal)
        );
        var table = new StringBuilder(
            "\n| model | language | dialogue | turns | calls | Credit | how the week ends |\n|---|---|---|---:|---:|---:|---|\n"
        );
        foreach (var row in rows)
            table.Append(row).Append('\n');
        if (Environment.GetEnvironmentVariable("UPDATE") == "1")
            File.WriteAllText(path, page[..from] + table + page[to..]);
        else
            page[from..to].ShouldBe(table.ToString(), "UPDATE=1 writes the table anew");
    }
}

/// <summary>One conversation as it is written.</summary>
internal sealed record Dialogue(
    string Name,
    string Lang,
    string? World,
    IReadOnlyList<DialogueTurn> Turns,
    string? Ends,
    IReadOnlyList<JsonElement>? Answers
)
{
    /// <summary>What the user wrote down before.</summary>
    public IReadOnlyList<JsonElement>? Knows { get; init; }

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    public static IEnumerable<(Dialogue Dialogue, string Model)> All() =>
        Read("offline")
            .Select(d => (d, "offline"))
            .Concat(Read("scripted").SelectMany(d => new[] { (d, "native"), (d, "json") }));

    private static List<Dialogue> Read(string file) =>
        JsonSerializer.Deserialize<List<Dialogue>>(
            File.ReadAllText(Path.Combine(Repository.Root, $"tests/SmartFlow.Tests/Agent/Dialogues/{file}.json")),
            Json
        )!;
}

/// <summary>What is said or decided, and what has to come of it.</summary>
internal sealed record DialogueTurn(
    string? Say,
    bool? Accept,
    string? Reject,
    bool? Always,
    string? Confirm,
    string? Tool,
    string? Text,
    string? Error
)
{
    /// <summary>Waits until the memory has looked at what was said, and what follows from it is known.</summary>
    public bool Looks { get; init; }
}

/// <summary>Hosts with each model, and users with a week each.</summary>
internal sealed class DialogueStage : IAsyncDisposable
{
    private const long CallMicros = 400_000;
    private readonly Dictionary<string, SmartFlowApp> apps = [];
    private readonly FakeProvider provider;
    private int users;

    private DialogueStage(FakeProvider provider) => this.provider = provider;

    public static async Task<DialogueStage> StartAsync()
    {
        var stage = new DialogueStage(await FakeProvider.StartAsync());
        stage.apps["offline"] = await SmartFlowApp.StartAsync();
        stage.apps["memory"] = await SmartFlowApp.StartAsync(setup => setup.Settings["Memory:Extraction"] = "true");
        foreach (var protocol in (string[])["native", "json"])
            stage.apps[protocol] = await SmartFlowApp.StartAsync(setup =>
            {
                setup.Settings["Llm:BaseUrl"] = stage.provider.BaseUrl;
                setup.Settings["Llm:Model"] = "fake";
                setup.Settings["Agent:ToolProtocol"] = protocol;
            });
        // Wednesday, 25 November 2026, 15:00 in Shanghai.
        foreach (var app in stage.apps.Values)
            app.Clock.SetTo(new DateTimeOffset(2026, 11, 25, 7, 0, 0, TimeSpan.Zero));
        return stage;
    }

    /// <summary>Plays it to its end, and says in a row of the table how it ended.</summary>
    public async Task<string> PlayAsync(Dialogue dialogue, string model)
    {
        // Where a dialogue is about what is remembered every turn is looked at, and that is a call of its own.
        var remembers = dialogue.Turns.Any(t => t.Looks);
        var app = apps[remembers ? "memory" : model];
        var user = await app.SignUpAsync($"player{++users}");
        var world = await DialogueWorld.MakeAsync(
            user,
            dialogue.World ?? "week",
            dialogue.Lang,
            await OtherPlanAsync(app)
        );
        foreach (var known in dialogue.Knows ?? [])
            await user.WriteDownAsync(known);
        if (dialogue.Knows is not null)
            await user.HeardAsync();
        if (dialogue.Answers is { } answers)
            provider.Answers = new ScriptedModel(answers, world, model).Answer;
        if (dialogue.World == "poor")
            await app.AdjustAsync(user, -94_000_000, "poor");
        var (conversation, confirm, told) = ((long?)null, (string?)null, 0L);
        foreach (var turn in dialogue.Turns)
        {
            var answer = await TakeAsync(user, turn, conversation, confirm);
            conversation = answer.ConversationId;
            confirm = answer.All("confirm").LastOrDefault()?.Text("interaction_id");
            Check(answer, turn);
            told += answer.One("usage").Number("credit_micros");
            if (turn.Looks)
                await user.LookedAtAsync(answer.ConversationId);
        }
        if (remembers)
            told += await LooksAsync(user, conversation!.Value);
        var (calls, spent) = await ChargedAsync(user, told);
        // What was cut off is estimated; everything else costs what the provider said.
        if (model != "offline" && dialogue.Name.IndexOf("cut off", StringComparison.Ordinal) < 0)
            spent.ShouldBe(calls * CallMicros);
        spent.ShouldBe(told);
        var ends = await world.EndAsync();
        if (dialogue.Ends is { } expected)
            ends.ShouldBe(expected);
        var credits = (spent / 1_000_000m).ToString("0.######", CultureInfo.InvariantCulture);
        return $"| {model} | {dialogue.Lang} | {dialogue.Name} | {dialogue.Turns.Count} | {calls} | {credits} | {ends} |";
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in apps.Values)
            await app.DisposeAsync();
        await provider.DisposeAsync();
    }

    private static Task<ChatAnswer> TakeAsync(TestUser user, DialogueTurn turn, long? conversation, string? confirm)
    {
        if (turn.Say is { } message)
            return user.SayAsync(message, conversation);
        var action = turn.Accept == true ? "accept" : "reject";
        return user.ChatAsync(
            new
            {
                conversation_id = conversation,
                resume = new
                {
                    interaction_id = confirm,
                    action,
                    comment = turn.Reject,
                },
                always_allow = turn.Always,
            }
        );
    }

    private static void Check(ChatAnswer answer, DialogueTurn turn)
    {
        var about = turn.Say ?? turn.Reject ?? "accept";
        answer.Http.ShouldBe(System.Net.HttpStatusCode.OK);
        answer.ShouldEndInOrder();
        var errors = answer.All("error").Select(e => $"{e.Text("code")}: {e.Text("detail")}").ToList();
        if (turn.Error is { } code)
            errors.ShouldHaveSingleItem(about).ShouldStartWith(code);
        else
            errors.ShouldBeEmpty(about);
        if (turn.Text is { } text)
            answer.Text.ShouldContain(text, Case.Sensitive, about);
        var asked = answer.All("confirm").ToList();
        if (turn.Confirm is null)
        {
            asked.ShouldBeEmpty($"{about}: {answer.Text}");
            return;
        }
        asked.Count.ShouldBe(1, $"{about}: {answer.Text}");
        var all = asked[0].Text("title") + asked[0].Text("summary") + asked[0].Data.GetProperty("diff");
        all.ShouldContain(turn.Confirm, Case.Sensitive, about);
        asked[0].Data.GetProperty("diff").GetArrayLength().ShouldBeGreaterThan(0);
        if (turn.Tool is { } tool)
            asked[0].Text("tool").ShouldBe(tool, about);
    }

    /// <summary>The ledger's own rows, once all that was told is booked.</summary>
    private static async Task<(int Calls, long Micros)> ChargedAsync(TestUser user, long told)
    {
        var (calls, micros) = (0, 0L);
        await Eventually.IsTrueAsync(
            async () =>
            {
                var page = (await user.GetAsync("/api/v1/credit-store/transactions?source=charge&page_size=100")).Json;
                var rows = page.GetProperty("items")
                    .EnumerateArray()
                    .Select(r => -r.GetProperty("amount_micros").GetInt64())
                    .ToList();
                (calls, micros) = (rows.Count, rows.Sum());
                return micros >= told;
            },
            $"{told} micro-credits are booked"
        );
        return (calls, micros);
    }

    /// <summary>What the looks at a conversation cost, once all of it was looked at.</summary>
    private static async Task<long> LooksAsync(TestUser user, long conversation)
    {
        await user.LookedAtAsync(conversation);
        return (await user.GetAsync("/api/v1/calls?scene=memory.extract&page_size=100"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .Sum(c => c.GetProperty("credit_micros").GetInt64());
    }

    private async Task<ulong> OtherPlanAsync(SmartFlowApp app)
    {
        var other = await app.SignUpAsync($"other{users}");
        return (await DialogueWorld.PlanAsync(other, "别人的", ["x"])).GetProperty("id").GetUInt64();
    }
}
