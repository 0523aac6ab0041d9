namespace SmartFlow.Tests.Agent;

/// <summary>What may be sent to begin a turn, and what comes of it.</summary>
public sealed class ChatTests : OfflineAgent
{
    [Fact]
    public async Task A_conversation_that_always_allows_writes_at_once()
    {
        var first = await mei.SayAsync("提醒我明天交作业", always: true);
        first.All("confirm").ShouldBeEmpty();
        first.One("card").Text("type").ShouldBe("task");
        var second = await mei.SayAsync("提醒我后天还书", first.ConversationId);
        second.All("confirm").ShouldBeEmpty();
        (await mei.TasksAsync()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_repeat_with_the_same_key_shows_the_turn_that_it_began()
    {
        var first = await mei.ChatAsync(new { message = "提醒我明天交作业" }, ("Idempotency-Key", "k1"));
        var again = (
            await mei.ChatAsync(new { message = "提醒我明天交作业" }, ("Idempotency-Key", "k1"))
        ).ShouldEndInOrder();
        again.ConversationId.ShouldBe(first.ConversationId);
        again.One("confirm").Text("interaction_id").ShouldBe(first.One("confirm").Text("interaction_id"));
        var other = await mei.ChatAsync(new { message = "something else" }, ("Idempotency-Key", "k1"));
        other.Http.ShouldBeRefused(SmartFlow.Platform.Errors.ErrorCodes.KeyReused);
    }

    [Theory]
    [InlineData("{}", "message")]
    [InlineData("""{"message":"   "}""", "message")]
    [InlineData("""{"resume":{"interaction_id":"x","action":"maybe"}}""", "resume.action")]
    public async Task A_request_that_cannot_be_meant_is_refused_with_its_field(string body, string field)
    {
        using var json = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        var answer = (await mei.ChatAsync(json)).Http.ShouldBeRefused(
            SmartFlow.Platform.Errors.ErrorCodes.InvalidArgument
        );
        answer.Json.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(answer.Text);
    }

    [Fact]
    public async Task A_message_of_8000_characters_is_taken_and_one_more_is_refused()
    {
        (await mei.SayAsync(new string('好', 8_000))).ShouldEndInOrder();
        (await mei.SayAsync(new string('好', 8_001))).Http.ShouldBeRefused(
            SmartFlow.Platform.Errors.ErrorCodes.InvalidArgument
        );
    }

    [Fact]
    public async Task A_conversation_is_named_by_its_number_or_by_the_header_as_it_is()
    {
        var first = await mei.SayAsync("你好");
        var id = first.Http.Header("X-Conversation-ID");
        (await mei.ChatAsync(new { message = "谢谢", conversation_id = id }))
            .ShouldEndInOrder()
            .ConversationId.ShouldBe(first.ConversationId);
    }

    [Fact]
    public async Task An_unknown_model_is_told_and_the_words_are_kept()
    {
        var turn = (await mei.ChatAsync(new { message = "你好", model = "gpt-nothing" })).ShouldEndInOrder();
        turn.One("error").Text("code").ShouldBe("unknown_model");
        turn.One("usage").Number("credit_micros").ShouldBe(0);
        (await mei.TimelineAsync(turn.ConversationId)).Kinds().ShouldBe(["user_text", "status"]);
    }
}
