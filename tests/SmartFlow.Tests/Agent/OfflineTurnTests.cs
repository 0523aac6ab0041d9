using System.Net;

namespace SmartFlow.Tests.Agent;

/// <summary>Whole turns with the offline model: what a person sees without any key.</summary>
public sealed class OfflineTurnTests : OfflineAgent
{
    [Fact]
    public async Task A_reminder_for_next_Friday_asks_then_makes_the_task_in_its_quadrant()
    {
        var asked = (await mei.SayAsync("提醒我下周五前交概率论作业")).ShouldEndInOrder();
        var confirm = asked.One("confirm");
        confirm.Text("title").ShouldBe("新建任务");
        confirm.Text("summary").ShouldBe("交概率论作业 · 12月4日 23:59 截止 · 重要不紧急");
        confirm.Text("expires_at").ShouldStartWith("2026-11-26T07:00");
        (await mei.TasksAsync()).ShouldBeEmpty();

        var done = (await mei.DecideAsync(asked, "accept")).ShouldEndInOrder();
        done.All("tool").Select(t => t.Text("status")).ShouldBe(["running", "completed"]);
        done.One("card").Text("type").ShouldBe("task");
        done.Text.ShouldContain("交概率论作业");

        var task = (await mei.TasksAsync()).ShouldHaveSingleItem();
        task.GetProperty("title").GetString().ShouldBe("交概率论作业");
        task.GetProperty("priority_group").GetInt32().ShouldBe(2);
        task.GetProperty("deadline_at").GetString().ShouldBe("2026-12-04T15:59:00Z");
        task.GetProperty("urgency_threshold_at").GetString().ShouldBe("2026-12-03T15:59:00Z");
    }

    [Fact]
    public async Task The_cost_of_a_turn_is_what_its_calls_are_charged()
    {
        var before = await app.BalanceMicrosAsync(mei);
        var turn = (await mei.SayAsync("怎么背单词？")).ShouldEndInOrder();
        var usage = turn.One("usage");
        usage.Number("credit_micros").ShouldBeGreaterThan(0);
        usage.Number("input_tokens").ShouldBeGreaterThan(0);
        usage.Data.GetProperty("settled").GetBoolean().ShouldBeTrue();
        (await ChargedAsync(before, usage.Number("credit_micros"))).ShouldBe(usage.Number("credit_micros"));

        var answer = (await mei.TimelineAsync(turn.ConversationId)).Last();
        answer.GetProperty("kind").GetString().ShouldBe("assistant_text");
        answer.GetProperty("payload").GetProperty("credit_micros").GetInt64().ShouldBe(usage.Number("credit_micros"));
    }

    [Fact]
    public async Task An_English_reminder_is_answered_in_English()
    {
        var asked = await mei.SayAsync("remind me to call mum tomorrow 6pm");
        asked.One("confirm").Text("summary").ShouldBe("call mum · due 26 Nov 18:00 · important");
        var done = await mei.DecideAsync(asked, "accept");
        done.Text.ShouldStartWith("Noted “call mum”");
    }

    [Fact]
    public async Task Open_tasks_are_shown_up_to_the_date_that_the_question_names()
    {
        await MakeAsync("提醒我明天交作业");
        await MakeAsync("提醒我下周五交论文");
        var all = (await mei.SayAsync("我还有哪些任务没做")).ShouldEndInOrder();
        all.One("card").Number("total").ShouldBe(2);
        var soon = await mei.SayAsync("明天有什么任务要做");
        soon.One("card").Number("total").ShouldBe(1);
        soon.Text.ShouldContain("交作业");
        soon.Text.ShouldNotContain("交论文");
    }

    [Theory]
    [InlineData("哪些任务逾期了", "有 1 个任务逾期了：")]
    [InlineData("which tasks are overdue?", "1 overdue:")]
    public async Task Who_asks_for_overdue_tasks_sees_those_alone(string message, string head)
    {
        var late = new
        {
            title = "还书",
            priority_group = 2,
            deadline_at = "2026-11-20T10:00:00Z",
        };
        (await mei.PostAsync("/api/v1/tasks", late, ("Idempotency-Key", "late"))).ShouldBe(HttpStatusCode.Created);
        await MakeAsync("提醒我明天交作业");
        var turn = await mei.SayAsync(message);
        turn.One("card").Number("total").ShouldBe(1);
        turn.Text.ShouldStartWith(head);
        turn.Text.ShouldContain("还书");
        turn.Text.ShouldNotContain("交作业");
    }

    [Fact]
    public async Task A_rejection_writes_nothing_and_one_with_another_date_asks_again()
    {
        var asked = await mei.SayAsync("提醒我下周五交作业");
        var again = (await mei.DecideAsync(asked, "reject", "改成下周三")).ShouldEndInOrder();
        (await mei.TasksAsync()).ShouldBeEmpty();
        again.One("confirm").Text("summary").ShouldBe("交作业 · 12月2日 23:59 截止 · 重要不紧急");
        await mei.DecideAsync(again, "accept");
        (await mei.TasksAsync())
            .ShouldHaveSingleItem()
            .GetProperty("deadline_at")
            .GetString()
            .ShouldBe("2026-12-02T15:59:00Z");
    }

    [Theory]
    [InlineData("zh", "把第二章移到下周一第3节", "那里已经有「操作系统」。")]
    [InlineData("en", "move chapter 2 to next Monday section 3", "“Operating systems” is there already.")]
    public async Task A_step_that_was_refused_says_why_in_the_language_of_the_turn(
        string lang,
        string message,
        string why
    )
    {
        await DialogueWorld.MakeAsync(mei, "week", lang, other: 0);
        var turn = (await mei.SayAsync(message)).ShouldEndInOrder();
        var steps = (await mei.TimelineAsync(turn.ConversationId))
            .Where(i => i.GetProperty("kind").GetString() == "tool_result")
            .Select(i => i.GetProperty("payload"));
        steps
            .Single(s => s.GetProperty("status").GetString() == "failed")
            .GetProperty("summary")
            .GetString()
            .ShouldBe(why);
    }

    [Fact]
    public async Task A_request_of_its_own_is_no_answer_to_an_open_question()
    {
        await DialogueWorld.MakeAsync(mei, "twins", "zh", other: 0);
        var asked = await mei.SayAsync("把背单词移到周日第1节");
        asked.Text.ShouldContain("你说的是哪一个？");
        (await mei.SayAsync("提醒我明天交论文", asked.ConversationId))
            .One("confirm")
            .Text("title")
            .ShouldBe("新建任务");
    }

    [Fact]
    public async Task Somebody_elses_conversation_does_not_exist()
    {
        var asked = await mei.SayAsync("提醒我明天交作业");
        var id = asked.ConversationId;
        var tom = await app.SignUpAsync("tom");
        var interaction = asked.One("confirm").Text("interaction_id");
        Answer[] answers =
        [
            (await tom.SayAsync("hi", id)).Http,
            (await tom.DecideAsync(asked, "accept")).Http,
            (await tom.ChatAsync(new { resume = new { interaction_id = interaction, action = "accept" } })).Http,
            await tom.GetAsync($"/api/v1/agent/conversations/{id}/timeline"),
            await tom.GetAsync($"/api/v1/agent/conversations/{id}/stream"),
            await tom.PostAsync($"/api/v1/agent/conversations/{id}/stop"),
            await tom.PatchAsync($"/api/v1/agent/conversations/{id}", new { title = "mine" }),
            await tom.DeleteAsync($"/api/v1/agent/conversations/{id}"),
        ];
        foreach (var answer in answers)
            answer.ShouldBeRefused(SmartFlow.Platform.Errors.ErrorCodes.NotFound);
        (await mei.DecideAsync(asked, "accept")).ShouldEndInOrder();
    }

    private async Task MakeAsync(string text) => await mei.SayAsync(text, always: true);

    /// <summary>
    /// What the ledger has booked, once it has booked that much: the charge is settled from an event.
    /// </summary>
    private async Task<long> ChargedAsync(long before, long atLeast)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            var charged = before - await app.BalanceMicrosAsync(mei);
            if (charged >= atLeast)
                return charged;
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
