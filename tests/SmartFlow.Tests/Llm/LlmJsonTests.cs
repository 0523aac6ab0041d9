using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.AI;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Llm;

/// <summary>Values from a model, over the real outlet: each attempt is a call that is paid for.</summary>
public sealed class LlmJsonTests
{
    private const string Good = """{"title":"Physics","weight":"high","steps":[{"minutes":30}],"note":null}""";

    public enum Weight
    {
        Low,
        VeryHigh,
        High,
    }

    public sealed record Step([property: Range(5, 240)] int Minutes);

    public sealed record Plan(
        [property: StringLength(20)] string Title,
        Weight Weight,
        IReadOnlyList<Step> Steps,
        string? Note = null
    );

    [Theory]
    [InlineData(Good)]
    [InlineData("```json\n" + Good + "\n```")]
    [InlineData("Of {course}, here it is: " + Good + " Anything else?")]
    public async Task A_value_is_read_wherever_it_stands(string text)
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Says(text);
        var answer = await AskAsync(f);
        (answer.Value.Title, answer.Value.Weight, answer.Value.Steps.Single().Minutes, answer.Value.Note).ShouldBe(
            ("Physics", Weight.High, 30, null)
        );
        answer.Receipts.ShouldHaveSingleItem().EventId.ShouldBe("sf:plan:1");
    }

    [Theory]
    [InlineData("I cannot.", "no readable JSON object")]
    [InlineData("""{"title":"Physics","weight":"high"}""", "steps")]
    [InlineData("""{"title":null,"weight":"high","steps":[]}""", "title")]
    [InlineData("""{"title":"Physics","weight":"heavy","steps":[]}""", "weight")]
    [InlineData("""{"title":"Physics","weight":"high","steps":[{"minutes":"30"}]}""", "minutes")]
    [InlineData("""{"title":"A title that is much too long","weight":"high","steps":[]}""", "Title")]
    [InlineData(
        """{"title":"Physics","weight":"high","steps":[{"minutes":30},{"minutes":1}]}""",
        "steps[1]: The field Minutes must be between 5 and 240"
    )]
    [InlineData("""{"title":"Physics","weight":"hi""", "no readable JSON object")]
    public async Task What_does_not_fit_is_told_to_the_model_which_corrects_it(string first, string told)
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Answers = call => new FakeAnswer
        {
            Text = call.Body["messages"]!.AsArray().Count == 2 ? first : Good,
        };
        var answer = await AskAsync(f);
        answer.Value.Title.ShouldBe("Physics");
        answer.Receipts.Select(r => r.EventId).ShouldBe(["sf:plan:1", "sf:plan:2"]);
        var corrected = f.Provider.Received.Last().Body["messages"]!.AsArray();
        corrected.Select(m => m!["role"]!.GetValue<string>()).ShouldBe(["system", "user", "assistant", "user"]);
        corrected[2]!["content"]!.GetValue<string>().ShouldBe(first);
        corrected[3]!["content"]!.GetValue<string>().ShouldContain(told);
    }

    [Fact]
    public async Task After_the_last_attempt_it_is_given_up_and_every_attempt_is_paid_for_once()
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Says("no");
        for (var round = 0; round < 2; round++)
        {
            var mismatch = await Should.ThrowAsync<JsonMismatchException>(() =>
                AskAsync(f, new JsonAnswerOptions { Attempts = 2 })
            );
            (mismatch.Problems.Count, mismatch.Receipts.Count).ShouldBe((2, 2));
            mismatch.Receipts.ShouldAllBe(r => r.Replayed == (round == 1));
        }
        f.Provider.Received.Count.ShouldBe(2);
        await f.SettledAsync();
        (await f.BalanceAsync()).BalanceMicros.ShouldBe(
            100 * Pricing.MicrosPerCredit - 2 * CallFixture.UsualCostMicros
        );
    }

    [Fact]
    public async Task The_schema_is_strict_and_stands_in_the_format_unless_a_server_refuses_that()
    {
        await using var f = await CallFixture.StartAsync();
        f.Provider.Says(Good);
        await AskAsync(f, new JsonAnswerOptions { Name = "plan", MaxOutputTokens = 77 });
        var body = f.Provider.Received.Single().Body;
        var format = body["response_format"]!["json_schema"]!;
        (
            format["name"]!.GetValue<string>(),
            format["strict"]!.GetValue<bool>(),
            body["max_completion_tokens"]!.GetValue<int>()
        ).ShouldBe(("plan", true, 77));
        var schema = format["schema"]!;
        schema["required"]!.AsArray().Select(r => r!.GetValue<string>()).ShouldBe(["title", "weight", "steps", "note"]);
        schema["additionalProperties"]!.GetValue<bool>().ShouldBeFalse();
        schema["properties"]!["weight"]!["enum"]!
            .AsArray()
            .Select(v => v!.GetValue<string>())
            .ShouldBe(["low", "very_high", "high"]);
        schema["properties"]!["note"]!["type"]!.ToJsonString().ShouldBe("""["string","null"]""");
        schema["properties"]!["steps"]!["items"]!["required"]![0]!.GetValue<string>().ShouldBe("minutes");
        body["messages"]![0]!["content"]!.GetValue<string>().ShouldContain("\"very_high\"");
        await AskAsync(f, new JsonAnswerOptions { SchemaAsFormat = false }, "other");
        f.Provider.Received.Last().Body["response_format"].ShouldBeNull();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public async Task Attempts_are_bounded(int attempts)
    {
        await using var f = await CallFixture.StartAsync();
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() =>
            AskAsync(f, new JsonAnswerOptions { Attempts = attempts })
        );
    }

    [Fact]
    public async Task A_refusal_is_no_answer_and_is_not_tried_again()
    {
        await using var f = await CallFixture.StartAsync();
        await f.SetBalanceAsync(0);
        (await Should.ThrowAsync<RefusedException>(() => AskAsync(f))).Code.ShouldBe(ErrorCodes.InsufficientCredit);
        f.Provider.Received.ShouldBeEmpty();
    }

    private static Task<JsonAnswer<Plan>> AskAsync(
        CallFixture f,
        JsonAnswerOptions? options = null,
        string id = "plan"
    ) =>
        f.Llm.GenerateJsonAsync<Plan>(
            f.Billing(id) with
            {
                Scene = Scenes.AgentPlan,
            },
            [new ChatMessage(ChatRole.User, "Plan it.")],
            options ?? new(),
            default
        );
}
