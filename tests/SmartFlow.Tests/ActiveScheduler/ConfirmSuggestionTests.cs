using System.Net;
using System.Text.Json;
using SmartFlow.ActiveScheduler.Suggestions;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Planner;
using SmartFlow.Tests.Planner.Schedule;

namespace SmartFlow.Tests.ActiveScheduler;

/// <summary>Nothing is written before its user says so, and then once.</summary>
[Collection(nameof(SuggestionCollection))]
public sealed class ConfirmSuggestionTests(StartedApp started)
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
}
