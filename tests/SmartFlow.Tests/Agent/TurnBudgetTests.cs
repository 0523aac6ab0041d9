using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Agent;

/// <summary>A turn that reaches its budget asks, and goes on with the rounds that are there.</summary>
public sealed class TurnBudgetTests : IAsyncLifetime
{
    private const string Route = """{"route":"plan","title":null,"when":null}""";
    private FakeProvider model = null!;
    private SmartFlowApp app = null!;

    public async ValueTask InitializeAsync()
    {
        model = await FakeProvider.StartAsync();
        app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Llm:BaseUrl"] = model.BaseUrl;
            s.Settings["Llm:Model"] = "fake";
            s.Settings["Agent:ToolProtocol"] = "json";
            // A call costs 0.4.
            s.Settings["Agent:TurnBudgetCredits"] = "1";
            s.Settings["Agent:TurnBudgetCreditsMax"] = "3";
        });
        // Five looks at the plans, then an answer.
        model.Answers = call => new FakeAnswer
        {
            PromptTokens = 1_000,
            CompletionTokens = 50,
            Text =
                call.Body["response_format"]?["type"]?.GetValue<string>() == "json_schema" ? Route
                : call.Body["messages"]!
                    .AsArray()
                    .Count(m =>
                        m!["content"]!.GetValue<string>().StartsWith("{\"tool_results", StringComparison.Ordinal)
                    ) < 5
                    ? """{"say":null,"calls":[{"name":"list_plans","arguments":{}}]}"""
                : """{"say":"All seen.","calls":[]}""",
        };
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await model.DisposeAsync();
    }

    [Theory]
    [InlineData("look at everything", "Shall I go on?", "I can go on")]
    [InlineData("全部看一遍", "要接着做吗？", "可以接着做")]
    public async Task A_turn_that_reaches_its_budget_asks_and_goes_on_without_asking_anything_again(
        string message,
        string title,
        string words
    )
    {
        var mei = await app.SignUpAsync();
        // Route and two rounds: 1.2 of 1.
        var first = (await mei.SayAsync(message)).ShouldEndInOrder();
        first.Text.ShouldContain(words);
        var asked = first.One("confirm");
        (asked.Text("title"), asked.Text("tool")).ShouldBe((title, "go_on"));
        (asked.Number("spent_micros"), asked.Number("budget_micros"), asked.Number("budget_max_micros")).ShouldBe(
            (1_200_000, 1_000_000, 3_000_000)
        );
        first.All("budget").Select(b => b.Number("credit_micros")).ShouldBe([800_000, 1_200_000]);
        model.Received.Count.ShouldBe(3);

        // Three rounds more, of the same request: 1.2 of 1 again.
        var second = (await mei.DecideAsync(first, "accept")).ShouldEndInOrder();
        second.One("confirm").Text("tool").ShouldBe("go_on");
        model.Received.Count.ShouldBe(6);

        var third = (await mei.DecideAsync(second, "accept")).ShouldEndInOrder();
        third.Text.ShouldBe("All seen.");
        third.All("confirm").ShouldBeEmpty();
        model.Received.Count.ShouldBe(7);
        // No round was asked twice: each has two messages more than the one before.
        model.Received.Skip(1).Select(c => c.Body["messages"]!.AsArray().Count).ShouldBe([2, 4, 6, 8, 10, 12]);
        ChatAnswer[] turns = [first, second, third];
        var cost = turns.Sum(t => t.One("usage").Number("credit_micros"));
        cost.ShouldBe(7 * 400_000);
        await Eventually.IsTrueAsync(async () => await ChargedAsync(mei) == cost, "all of it is charged");
        // The word was used.
        (await mei.DecideAsync(first, "accept")).Http.ShouldBeRefused(ErrorCodes.Conflict);
    }

    [Fact]
    public async Task A_budget_is_raised_for_a_turn_or_a_conversation_within_what_the_operator_allows()
    {
        var mei = await app.SignUpAsync();
        var limits = (await mei.GetAsync("/api/v1/agent/budget")).ShouldBe(HttpStatusCode.OK).Json;
        (
            limits.GetProperty("turn_budget_credit").GetDecimal(),
            limits.GetProperty("turn_budget_credit_max").GetDecimal()
        ).ShouldBe((1m, 3m));
        foreach (var wrong in (decimal[])[0, 3.01m, 0.1234567m])
            (await mei.ChatAsync(new { message = "look", budget_credit = wrong }))
                .Http.ShouldBeRefused(ErrorCodes.InvalidArgument)
                .Text.ShouldContain("budget_credit");
        model.Received.ShouldBeEmpty();

        // For this turn: everything fits into 3.
        var whole = await mei.ChatAsync(new { message = "look at everything", budget_credit = 3 });
        whole.Text.ShouldBe("All seen.");
        // The next one has the server's again; its user gives the conversation more.
        var short1 = await mei.SayAsync("look at everything", whole.ConversationId);
        var resume = new { interaction_id = short1.One("confirm").Text("interaction_id"), action = "accept" };
        (
            await mei.ChatAsync(
                new
                {
                    conversation_id = whole.ConversationId,
                    resume,
                    always_allow = true,
                    budget_credit = 2,
                }
            )
        ).Text.ShouldBe("All seen.");
        (await BudgetAsync(mei, whole.ConversationId)).ShouldBe(2m);
        (await mei.SayAsync("look at everything", whole.ConversationId))
            .One("confirm")
            .Number("budget_micros")
            .ShouldBe(2_000_000);

        var conversation = $"/api/v1/agent/conversations/{whole.ConversationId}";
        (await mei.PatchAsync(conversation, new { turn_budget_credit = 4 })).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        (await mei.PatchAsync(conversation, new { turn_budget_credit = 3 })).ShouldBe(HttpStatusCode.OK);
        (await mei.SayAsync("look at everything", whole.ConversationId)).Text.ShouldBe("All seen.");
        (await mei.PatchAsync(conversation, new { turn_budget_credit = 0 })).ShouldBe(HttpStatusCode.OK);
        (await BudgetAsync(mei, whole.ConversationId)).ShouldBeNull();
    }

    [Fact]
    public async Task A_no_stops_there_and_nothing_more_is_asked()
    {
        var mei = await app.SignUpAsync();
        var first = await mei.SayAsync("look at everything");
        (await mei.DecideAsync(first, "reject")).Text.ShouldBe("All right, I stop here.");
        model.Received.Count.ShouldBe(3);
    }

    private static async Task<decimal?> BudgetAsync(TestUser user, long conversation)
    {
        var all = (await user.GetAsync("/api/v1/agent/conversations"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("items")
            .EnumerateArray();
        var budget = all.Single(c => c.GetProperty("id").GetInt64() == conversation).GetProperty("turn_budget_credit");
        return budget.ValueKind == System.Text.Json.JsonValueKind.Null ? null : budget.GetDecimal();
    }

    private static async Task<long> ChargedAsync(TestUser user) =>
        -(await user.GetAsync("/api/v1/credit-store/transactions?source=charge"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .Sum(r => r.GetProperty("amount_micros").GetInt64());
}
