using System.Net;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Planner;

namespace SmartFlow.Tests.ActiveScheduler;

[Collection(nameof(SuggestionCollection))]
public sealed class SnoozeSuggestionTests(StartedApp started)
{
    [Fact]
    public async Task What_is_put_off_is_not_open_any_more_and_not_raised_before_its_time()
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        var tom = await Troubled.BeginAsync(await started.NewUserAsync());
        await mei.UrgentAsync("essay");
        await mei.RoundAsync();
        var suggestion = await mei.OnlyAsync();
        (await tom.SnoozeAsync(suggestion, 60)).ShouldBeRefused(ErrorCodes.NotFound);
        foreach (var minutes in (int[])[9, 10_081])
            (await mei.SnoozeAsync(suggestion, minutes))
                .ShouldBeRefused(ErrorCodes.InvalidArgument)
                .Json.GetProperty("errors")
                .TryGetProperty("minutes", out _)
                .ShouldBeTrue();
        await mei.OnlyAsync();

        (await mei.SnoozeAsync(suggestion, 60)).ShouldBe(HttpStatusCode.NoContent);
        await mei.RoundAsync();
        (await mei.ListAsync()).ShouldBeEmpty();
        (await mei.ListAsync("all")).ShouldHaveSingleItem().GetProperty("state").GetString().ShouldBe("snoozed");
        (await mei.SnoozeAsync(suggestion, 60)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.DismissAsync(suggestion))
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json.GetProperty("rule")
            .GetString()
            .ShouldBe("ended");
    }
}
