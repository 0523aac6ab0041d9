using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Agent.Tools;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Agent;

/// <summary>
/// A change that was made is not made once more: not by a model that is told that it failed, not by a turn that is
/// taken up again. What it cost is told all the same.
/// </summary>
public sealed class MadeOnceTests : IAsyncLifetime
{
    private FakeProvider provider = null!;
    private SmartFlowApp app = null!;

    public async ValueTask InitializeAsync()
    {
        provider = await FakeProvider.StartAsync();
        app = await SmartFlowApp.StartAsync(setup =>
        {
            setup.Settings["Llm:BaseUrl"] = provider.BaseUrl;
            setup.Settings["Llm:Model"] = "fake";
            setup.Settings["Agent:ToolProtocol"] = "json";
            setup.Settings["Agent:ToolAnswerCharactersMax"] = "1000";
            setup.Services = services => services.AddSingleton<IToolGroup>(new UnreachableTool());
        });
        app.Clock.SetTo(new DateTimeOffset(2026, 11, 25, 7, 0, 0, TimeSpan.Zero));
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await provider.DisposeAsync();
    }

    [Fact]
    public async Task A_change_whose_answer_is_too_long_is_told_as_made()
    {
        var user = await app.SignUpAsync("mei");
        var world = await DialogueWorld.MakeAsync(user, "empty", "en", 0);
        var plan = await DialogueWorld.PlanAsync(user, "long", [new('a', 400), new('b', 400), new('c', 400)]);
        var id = plan.GetProperty("id").GetUInt64().ToString(CultureInfo.InvariantCulture);
        Says(
            world,
            "[{\"call\":\"run_scheduler\",\"args\":{\"plan_ids\":[" + id + "]}},{\"say\":\"They have their places.\"}]"
        );

        var made = await user.DecideAsync(await user.SayAsync("give my plan its places"), "accept");

        made.Text.ShouldContain("They have their places.");
        var told = provider
            .Received.Select(c => c.Prompt)
            .Single(p => p.Contains("tool_results", StringComparison.Ordinal));
        told.ShouldContain("\"done\":true");
        told.ShouldContain("\"placed\":3");
        told.ShouldNotContain("too_long");
        told.ShouldNotContain("aaaa");
        (await world.EndAsync()).ShouldContain("aaaa");
    }

    [Fact]
    public async Task A_turn_that_is_taken_up_again_asks_before_it_adds_items_that_may_be_there()
    {
        var user = await app.SignUpAsync("mei");
        var world = await DialogueWorld.MakeAsync(user, "week", "en", 0);
        Says(
            world,
            """[{"call":"update_plan","args":{"plan_id":"$plan:Probability","add_items":[{"content":"chapter 4"}]}},{"say":"It is longer now."}]"""
        );
        var body = new { message = "make my plan longer", always_allow = true };
        var key = ("Idempotency-Key", "the-one");
        var first = await user.ChatAsync(body, key);
        first.Text.ShouldContain("It is longer now.");
        first.All("confirm").ShouldBeEmpty();
        (await world.EndAsync()).ShouldContain("Probability(4)");
        await app.ForgetEndAsync(first.ConversationId, keepTold: false);

        var second = await user.ChatAsync(body, key);

        second.One("confirm").Text("tool").ShouldBe("update_plan");
        (await world.EndAsync()).ShouldContain("Probability(4)");
    }

    [Fact]
    public async Task A_turn_that_was_told_and_not_ended_says_what_it_cost()
    {
        provider.Answers = call => new FakeAnswer
        {
            Text = call.Body["response_format"] is null ? "Hello." : """{"route":"chat","title":null,"when":null}""",
            PromptTokens = 1_000,
            CompletionTokens = 50,
        };
        var user = await app.SignUpAsync("mei");
        var body = new { message = "hello" };
        var key = ("Idempotency-Key", "the-one");
        var first = await user.ChatAsync(body, key);
        var cost = first.One("usage").Number("credit_micros");
        cost.ShouldBeGreaterThan(0);
        await app.ForgetEndAsync(first.ConversationId, keepTold: true);

        var second = await user.ChatAsync(body, key);

        second.One("usage").Number("credit_micros").ShouldBe(cost);
        provider.Received.Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_was_changed_before_a_call_that_fails_is_told()
    {
        var user = await app.SignUpAsync("mei");
        var world = await DialogueWorld.MakeAsync(user, "empty", "en", 0);
        Says(
            world,
            """[{"calls":[{"call":"create_task","args":{"title":"buy paper"}},{"call":"unreachable","args":{}}]}]"""
        );

        var answer = await user.ChatAsync(new { message = "note it", always_allow = true });

        answer.One("error").Text("code").ShouldBe("unavailable");
        (await user.GetAsync("/api/v1/tasks")).Json.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(1);
        var kept = await user.TimelineAsync(answer.ConversationId);
        kept.ShouldContain(i => i.GetRawText().Contains("buy paper", StringComparison.Ordinal));
    }

    private void Says(DialogueWorld world, string answers) =>
        provider.Answers = new ScriptedModel(
            JsonSerializer.Deserialize<List<JsonElement>>(answers)!,
            world,
            "json"
        ).Answer;

    /// <summary>A change that cannot be made at the moment.</summary>
    private sealed class UnreachableTool : IToolGroup
    {
        public IEnumerable<Tool> Tools =>
            [
                new Tool
                {
                    Name = "unreachable",
                    Description = "Is out of reach.",
                    Schema = Schemas.Of(),
                    Kind = ChangeKinds.Tasks,
                    ProposeAsync = static (_, _) =>
                        throw new RefusedException(ErrorCodes.Unavailable, "It is out of reach."),
                },
            ];
    }
}
