using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Planner;

namespace SmartFlow.Tests.ActiveScheduler;

[Collection(nameof(SuggestionCollection))]
public sealed class ListSuggestionsTests(StartedApp started)
{
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
