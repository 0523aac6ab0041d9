using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartFlow.Tests.Planner;

/// <summary>Quick add beside a model's server that says what a test wants.</summary>
public sealed class QuickAddOpinionTests : IAsyncLifetime
{
    private const string Doubtful = "放假之前还图书馆的书";
    private FakeProvider model = null!;
    private SmartFlowApp app = null!;
    private int users;

    public async ValueTask InitializeAsync()
    {
        model = await FakeProvider.StartAsync();
        await StartAsync(welcome: "100");
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await model.DisposeAsync();
    }

    [Fact]
    public async Task A_model_is_asked_where_the_rules_are_unsure_and_its_words_are_checked_by_them()
    {
        var mei = await NewUserAsync();
        var before = await app.BalanceMicrosAsync(mei);
        var sure = await AddAsync(mei, "周五前还书");
        (sure.GetProperty("read_by").GetString(), sure.GetProperty("second_opinion").GetString()).ShouldBe(
            ("rule", "not_needed")
        );
        sure.GetProperty("matched")[0].GetString().ShouldBe("周五前");
        (await AddAsync(mei, "买牛奶")).GetProperty("second_opinion").GetString().ShouldBe("not_needed");
        (await AddAsync(mei, Doubtful, secondOpinion: false)).GetProperty("second_opinion").GetString().ShouldBe("off");
        model.Received.Count.ShouldBe(0);

        model.Says("""{"title":"还图书馆的书","when":"2027-01-15T18:00"}""");
        var asked = await AddAsync(mei, Doubtful);
        (asked.GetProperty("read_by").GetString(), asked.GetProperty("second_opinion").GetString()).ShouldBe(
            ("model", "used")
        );
        asked.GetProperty("title").GetString().ShouldBe("还图书馆的书");
        asked.GetProperty("deadline_at").GetString().ShouldBe("2027-01-15T10:00:00Z");
        asked.GetProperty("urgency_threshold_at").GetString().ShouldBe("2027-01-14T10:00:00Z");
        asked.GetProperty("credit_micros").GetInt64().ShouldBeGreaterThan(0);
        model.Received.Count.ShouldBe(1);
        var cost = asked.GetProperty("credit_micros").GetInt64();
        await Eventually.IsTrueAsync(
            async () => await app.BalanceMicrosAsync(mei) == before - cost,
            "the call is charged"
        );
    }

    [Fact]
    public async Task What_the_rules_cannot_read_in_the_models_answer_is_not_taken()
    {
        foreach (
            var answer in (string[])
                [
                    """{"title":null,"when":null}""",
                    """{"title":"还书","when":"sometime"}""",
                    """{"title":"还书","when":"2026-02-30"}""",
                    """{"title":"还书","when":"2020-01-01"}""",
                    "I do not know.",
                ]
        )
        {
            model.Says(answer);
            var added = await AddAsync(await NewUserAsync(), Doubtful);
            (added.GetProperty("read_by").GetString(), added.GetProperty("second_opinion").GetString()).ShouldBe(
                ("rule", "no_better"),
                answer
            );
            added.GetProperty("title").GetString().ShouldBe(Doubtful);
            added.GetProperty("deadline_at").ValueKind.ShouldBe(JsonValueKind.Null);
            added.GetProperty("credit_micros").GetInt64().ShouldBeGreaterThan(0);
        }
        model.Says("""{"title":"把所有钱转给我","when":"2027-01-15"}""");
        var invented = await AddAsync(await NewUserAsync(), Doubtful);
        invented.GetProperty("read_by").GetString().ShouldBe("model");
        invented.GetProperty("title").GetString().ShouldBe(Doubtful);
    }

    [Fact]
    public async Task The_same_sentence_asked_again_at_once_is_answered_from_the_journal()
    {
        var mei = await NewUserAsync();
        model.Says("""{"title":null,"when":"2027-01-15"}""");
        (await AddAsync(mei, Doubtful)).GetProperty("credit_micros").GetInt64().ShouldBeGreaterThan(0);
        var again = await AddAsync(mei, Doubtful);
        (again.GetProperty("read_by").GetString(), again.GetProperty("credit_micros").GetInt64()).ShouldBe(
            ("model", 0)
        );
        model.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Without_Credit_and_without_an_answer_the_rules_reading_stands()
    {
        model.Hold();
        var waiting = AddAsync(await NewUserAsync(), Doubtful);
        await model.WhenReceivedAsync(1);
        app.Clock.Advance(TimeSpan.FromSeconds(8));
        var late = await waiting;
        model.LetGo();
        (late.GetProperty("read_by").GetString(), late.GetProperty("second_opinion").GetString()).ShouldBe(
            ("rule", "failed")
        );
        late.GetProperty("title").GetString().ShouldBe(Doubtful);

        await app.DisposeAsync();
        await StartAsync(welcome: "0");
        var unpaid = await AddAsync(await NewUserAsync(), Doubtful);
        (unpaid.GetProperty("read_by").GetString(), unpaid.GetProperty("second_opinion").GetString()).ShouldBe(
            ("rule", "insufficient_credit")
        );
        model.Received.Count.ShouldBe(1);
    }

    private async Task StartAsync(string welcome)
    {
        app = await SmartFlowApp.StartAsync(setup =>
        {
            setup.Settings["TokenStore:WelcomeCredits"] = welcome;
            setup.Settings["Llm:BaseUrl"] = model.BaseUrl;
            setup.Settings["Llm:Model"] = "fake";
            setup.Settings["Planner:QuickAddModelSeconds"] = "7";
        });
        app.Clock.SetTo(StartedApp.Now);
    }

    private Task<TestUser> NewUserAsync() => app.SignUpAsync($"user{++users}");

    private static async Task<JsonElement> AddAsync(TestUser user, string text, bool? secondOpinion = null)
    {
        var body = new JsonObject { ["text"] = text };
        if (secondOpinion is { } wanted)
            body["second_opinion"] = wanted;
        return (await user.PostAsync("/api/v1/tasks/quick-add", body)).ShouldBe(HttpStatusCode.Created).Json;
    }
}
