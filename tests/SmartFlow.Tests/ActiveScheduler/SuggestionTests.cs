using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.ActiveScheduler.Triggers;
using SmartFlow.Tests.Planner;
using SmartFlow.Tests.Planner.Schedule;

namespace SmartFlow.Tests.ActiveScheduler;

/// <summary>What happens to a week leads to suggestions.</summary>
[Collection(nameof(SuggestionCollection))]
public sealed partial class SuggestionTests(StartedApp started)
{
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
}
