using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.ActiveScheduler.Suggestions;
using SmartFlow.ActiveScheduler.Triggers;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Planner;
using SmartFlow.Tests.Planner.Schedule;

namespace SmartFlow.Tests.ActiveScheduler;

/// <summary>
/// What happens to a week leads to suggestions, and nothing of them is written before their user says so.
/// </summary>
public sealed partial class SuggestionTests(StartedApp started) : IClassFixture<StartedApp>
{
    [Theory]
    [InlineData("交论文初稿", "空着")]
    [InlineData("hand in the draft", "free")]
    public async Task An_urgent_task_without_a_place_is_offered_one_which_is_taken_once(string title, string says)
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        await mei.UrgentAsync(title);
        await mei.RoundAsync();
        var suggestion = await mei.OnlyAsync();
        suggestion.GetProperty("kind").GetString().ShouldBe("urgent");
        suggestion.GetProperty("title").GetString().ShouldBe(title);
        suggestion.GetProperty("chosen_by").GetString().ShouldBe("model");
        suggestion.GetProperty("explanation").GetString().ShouldNotBeNull().ShouldContain(says);
        var first = Troubled.Candidates(suggestion).First();
        first.GetProperty("kind").GetString().ShouldBe("add");
        first.GetProperty("changes")[0].GetProperty("before").ValueKind.ShouldBe(JsonValueKind.Null);
        var after = first.GetProperty("changes")[0].GetProperty("after");
        // Wednesday 15:00: the next section begins at 16:15.
        (after.GetProperty("date").GetString(), after.GetProperty("section_from").GetInt32()).ShouldBe(
            ("2026-11-25", 7)
        );
        (await mei.Study.BlocksAsync(1)).ShouldBeEmpty();

        var version = await mei.VersionAsync();
        (await mei.ConfirmAsync(suggestion))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("state")
            .GetString()
            .ShouldBe("confirmed");
        (await mei.ConfirmAsync(suggestion))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("picked")
            .GetString()
            .ShouldBe("c1");
        (await mei.ConfirmAsync(suggestion, "c2"))
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json.GetProperty("rule")
            .GetString()
            .ShouldBe("other_candidate");
        (await mei.VersionAsync()).ShouldBe(version + 1);
        (await mei.Study.BlocksAsync(1)).ShouldHaveSingleItem().ShouldContain("w1 d3 7-7");
        await mei.RoundAsync();
        (await mei.ListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_matter_is_raised_once_a_day_however_often_it_is_looked_for()
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        await mei.UrgentAsync("essay");
        await mei.RoundAsync();
        await mei.RoundAsync();
        (await mei.TriggersAsync()).ShouldHaveSingleItem().Outcome.ShouldBe("suggested");
        await mei.OnlyAsync();
    }

    [Fact]
    public void The_day_of_a_key_is_that_of_the_users_own_zone()
    {
        var night = new DateTimeOffset(2026, 11, 25, 3, 0, 0, TimeSpan.Zero);
        KeyIn("America/New_York").ShouldEndWith(":2026-11-24");
        KeyIn("Asia/Shanghai").ShouldEndWith(":2026-11-25");
        KeyIn("Pacific/Auckland").ShouldEndWith(":2026-11-25");

        string KeyIn(string zone) => Queue.KeyOf(new Raised(1, "urgent", "task:1", zone, new TriggerSubject()), night);
    }

    [Fact]
    public async Task What_has_settled_itself_before_its_turn_leads_to_nothing()
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        var task = await mei.UrgentAsync("essay");
        var subject = new TriggerSubject { TaskId = (ulong)task };
        await started
            .App.Services.GetRequiredService<Queue>()
            .RaiseAsync(
                [new Raised(mei.User.Id, TriggerKinds.Urgent, subject.Matter, "Asia/Shanghai", subject)],
                default
            );
        (await mei.User.PostAsync($"/api/v1/tasks/{task}/complete")).ShouldBe(HttpStatusCode.OK);
        await mei.RoundAsync();
        (await mei.TriggersAsync()).ShouldHaveSingleItem().Outcome.ShouldBe("settled");
        (await mei.ListAsync("all")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_settles_itself_before_the_word_is_not_carried_out()
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        var task = await mei.UrgentAsync("essay");
        await mei.RoundAsync();
        var suggestion = await mei.OnlyAsync();
        (await mei.User.PostAsync($"/api/v1/tasks/{task}/complete")).ShouldBe(HttpStatusCode.OK);
        (await mei.ConfirmAsync(suggestion))
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json.GetProperty("rule")
            .GetString()
            .ShouldBe("settled");
        (await mei.Study.BlocksAsync(1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Without_room_another_block_gives_way_and_at_last_two_share_one()
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        // Everything of the coming day is taken, but for a study block this evening.
        (await mei.Study.PlaceItemAsync(0, 1, 3, 9)).ShouldBe(HttpStatusCode.Created);
        await CourseAsync(mei, "lab", 3, 7, 8);
        await CourseAsync(mei, "seminar", 3, 11, 12);
        await CourseAsync(mei, "all day", 4, 1, 12);
        await mei.UrgentAsync("essay", dueInHours: 12);
        await mei.RoundAsync();
        var suggestion = await mei.OnlyAsync();
        var first = Troubled.Candidates(suggestion).First();
        first.GetProperty("kind").GetString().ShouldBe("postpone");
        first.GetProperty("breaks")[0].GetProperty("rule").GetString().ShouldBe("moves_other");
        first.GetProperty("changes").GetArrayLength().ShouldBe(2);
        (await mei.DismissAsync(suggestion)).ShouldBe(HttpStatusCode.NoContent);

        // The block cannot move either: its plan ends today.
        await mei.Study.WriteAsync(db =>
        {
            db.TaskClasses.Single(c => c.Id == mei.Study.ClassId).EndDate = new DateOnly(2026, 11, 25);
            return Task.CompletedTask;
        });
        await mei.UrgentAsync("report", dueInHours: 12);
        await mei.RoundAsync();
        var half = await mei.OnlyAsync();
        Troubled.Candidates(half).First().GetProperty("kind").GetString().ShouldBe("merge");
        (await mei.ConfirmAsync(half, "c1")).ShouldBe(HttpStatusCode.OK);
        (await mei.Study.BlocksAsync(1))
            .Select(b => b[(b.IndexOf(" w1", StringComparison.Ordinal) + 1)..])
            .ShouldBe(["w1 d3 9-9", "w1 d3 10-10"]);
    }

    [Theory]
    [InlineData("第一章", "空着")]
    [InlineData("chapter 1", "free")]
    public async Task A_block_that_was_not_done_is_made_up_for(string title, string says)
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        await mei.NameAsync(title);
        var block = Study.IdOf(await mei.Study.PlaceItemAsync(0, 1, 2, 5));
        (await mei.Study.PatchAsync(block, new { missed = true })).ShouldBe(HttpStatusCode.OK);
        await mei.RoundOnAsync("missed");
        var suggestion = await mei.OnlyAsync();
        Troubled.ShouldSay(suggestion, "missed", title, says);
        Troubled.Kinds(suggestion).ShouldBe(["make_up", "make_up", "close"]);
        (await mei.ConfirmAsync(suggestion)).ShouldBe(HttpStatusCode.OK);
        (await mei.Study.BlocksAsync(1)).ShouldHaveSingleItem().ShouldContain("w1 d3 7-8");
    }

    [Fact]
    public async Task The_schedulers_own_plan_is_carried_out_too()
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        var block = Study.IdOf(await mei.Study.PlaceItemAsync(0, 1, 2, 5));
        (await mei.Study.PlaceItemAsync(1, 1, 3, 7)).ShouldBe(HttpStatusCode.Created);
        (await mei.Study.PatchAsync(block, new { missed = true })).ShouldBe(HttpStatusCode.OK);
        await mei.RoundOnAsync("missed");
        var suggestion = await mei.OnlyAsync();
        var plan = Troubled.Candidates(suggestion).Single(c => c.GetProperty("reason").GetString() == "scheduler");
        (await mei.ConfirmAsync(suggestion, plan.GetProperty("id").GetString())).ShouldBe(HttpStatusCode.OK);
        (await mei.ConfirmAsync(suggestion, plan.GetProperty("id").GetString())).ShouldBe(HttpStatusCode.OK);
        await mei.Study.CheckAsync();
        (await mei.Study.AllBlocksAsync()).ShouldNotContain("w1 d2");
    }

    [Theory]
    [InlineData("zh-CN", "挪到后面")]
    [InlineData("en", "later")]
    public async Task Who_is_tired_is_offered_rest(string language, string says)
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        (await mei.PauseAsync(language)).ValueKind.ShouldBe(JsonValueKind.Null);
        (await mei.Study.PlaceItemAsync(0, 1, 3, 7)).ShouldBe(HttpStatusCode.Created);
        (await mei.Study.PlaceItemAsync(1, 1, 3, 9)).ShouldBe(HttpStatusCode.Created);
        var suggestion = await mei.PauseAsync(language);
        suggestion.GetProperty("kind").GetString().ShouldBe("tired");
        Troubled.Kinds(suggestion).ShouldBe(["postpone", "merge", "close"]);
        suggestion.GetProperty("explanation").GetString().ShouldNotBeNull().ShouldContain(says);
        (await mei.PauseAsync(language)).GetProperty("id").GetInt64().ShouldBe(suggestion.GetProperty("id").GetInt64());
        (await mei.ConfirmAsync(suggestion)).ShouldBe(HttpStatusCode.OK);
        (await mei.Study.BlocksAsync(1))
            .Select(b => b[b.IndexOf("w1", StringComparison.Ordinal)..])
            .ShouldBe(["w1 d4 1-2", "w1 d4 3-4"]);
        // The next morning is within the coming hours too: who is still tired is asked again.
        (await mei.PauseAsync(language))
            .GetProperty("id")
            .GetInt64()
            .ShouldBeGreaterThan(suggestion.GetProperty("id").GetInt64());
    }

    [Theory]
    [InlineData("第一章", "空着")]
    [InlineData("chapter 1", "free")]
    public async Task A_deadline_that_no_longer_fits_is_noticed(string title, string says)
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        await mei.NameAsync(title);
        (await mei.Study.PlaceItemAsync(0, 1, 5, 1)).ShouldBe(HttpStatusCode.Created);
        await mei.Study.WriteAsync(db =>
        {
            db.TaskItems.Single(i => i.Id == mei.Study.Items[0]).DeadlineAt = StartedApp.Now.AddHours(20);
            return Task.CompletedTask;
        });
        await mei.RoundAsync();
        var suggestion = await mei.OnlyAsync();
        Troubled.ShouldSay(suggestion, "deadline", title, says);
        (await mei.ConfirmAsync(suggestion, "c1")).ShouldBe(HttpStatusCode.OK);
        (await mei.Study.BlocksAsync(1)).ShouldHaveSingleItem().ShouldContain("w1 d3 7-8");
    }

    [Fact]
    public async Task A_week_that_changed_meanwhile_is_not_written_over_and_the_suggestion_is_made_anew()
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        await mei.UrgentAsync("essay");
        await mei.RoundAsync();
        var suggestion = await mei.OnlyAsync();
        // Nothing is in the way of it: that the week is another one is enough.
        (await mei.Study.PlaceItemAsync(0, 1, 5, 1)).ShouldBe(HttpStatusCode.Created);
        (await mei.ConfirmAsync(suggestion))
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json.GetProperty("rule")
            .GetString()
            .ShouldBe("week_changed");
        (await mei.Study.BlocksAsync(1)).ShouldHaveSingleItem().ShouldContain("item 1");
        await mei.RoundAsync();
        var anew = await mei.OnlyAsync();
        anew.GetProperty("id").GetInt64().ShouldNotBe(suggestion.GetProperty("id").GetInt64());
        (await mei.ConfirmAsync(anew, "c1")).ShouldBe(HttpStatusCode.OK);
        (await mei.Study.BlocksAsync(1)).Count.ShouldBe(2);
        (await mei.ConfirmAsync(suggestion)).ShouldBeRefused(ErrorCodes.Conflict);
    }

    [Fact]
    public async Task An_hour_later_it_is_too_late()
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        await mei.UrgentAsync("essay");
        await mei.RoundAsync();
        var suggestion = await mei.OnlyAsync();
        suggestion
            .GetProperty("expires_at")
            .GetDateTimeOffset()
            .ShouldBe(suggestion.GetProperty("created_at").GetDateTimeOffset().AddHours(1));
        await mei.ChangeAsync(suggestion, s => s.ExpiresAt = StartedApp.Now.AddMinutes(-1));
        (await mei.ListAsync()).ShouldBeEmpty();
        (await mei.ListAsync("all")).ShouldHaveSingleItem().GetProperty("state").GetString().ShouldBe("expired");
        (await mei.ConfirmAsync(suggestion))
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json.GetProperty("rule")
            .GetString()
            .ShouldBe("expired");
        (await mei.Study.BlocksAsync(1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_process_that_died_after_the_word_is_followed_by_a_round_that_goes_on()
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        await mei.UrgentAsync("essay");
        await mei.RoundAsync();
        var suggestion = await mei.OnlyAsync();
        await mei.ChangeAsync(suggestion, s =>
            (s.State, s.Picked, s.PickedAt) = (SuggestionState.Confirming, "c1", StartedApp.Now.AddMinutes(-2))
        );
        await mei.RoundAsync();
        (await mei.ListAsync("all")).ShouldHaveSingleItem().GetProperty("state").GetString().ShouldBe("confirmed");
        (await mei.Study.BlocksAsync(1)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Somebody_elses_suggestion_is_not_there()
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        var other = await Troubled.BeginAsync(await started.NewUserAsync());
        await mei.UrgentAsync("essay");
        await mei.RoundAsync();
        var suggestion = await mei.OnlyAsync();
        (await other.User.GetAsync($"{Troubled.Suggestions}/{suggestion.GetProperty("id")}")).ShouldBeRefused(
            ErrorCodes.NotFound
        );
        (await other.ConfirmAsync(suggestion)).ShouldBeRefused(ErrorCodes.NotFound);
        (await other.DismissAsync(suggestion)).ShouldBeRefused(ErrorCodes.NotFound);
        (await other.SnoozeAsync(suggestion, 60)).ShouldBeRefused(ErrorCodes.NotFound);
        (await other.ListAsync("all")).ShouldBeEmpty();
        (await mei.SnoozeAsync(suggestion, 9))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .TryGetProperty("minutes", out _)
            .ShouldBeTrue();
        (await mei.ConfirmAsync(suggestion, "c9"))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .TryGetProperty("candidate_id", out _)
            .ShouldBeTrue();
    }
}
