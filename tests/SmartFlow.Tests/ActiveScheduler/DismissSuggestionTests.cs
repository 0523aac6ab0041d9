using System.Net;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Planner;

namespace SmartFlow.Tests.ActiveScheduler;

[Collection(nameof(SuggestionCollection))]
public sealed class DismissSuggestionTests(StartedApp started)
{
    [Fact]
    public async Task What_is_not_wanted_is_not_done_and_not_raised_again()
    {
        var mei = await Troubled.BeginAsync(await started.NewUserAsync());
        var tom = await Troubled.BeginAsync(await started.NewUserAsync());
        await mei.UrgentAsync("essay");
        await mei.RoundAsync();
        var suggestion = await mei.OnlyAsync();
        (await tom.DismissAsync(suggestion)).ShouldBeRefused(ErrorCodes.NotFound);
        await mei.OnlyAsync();

        (await mei.DismissAsync(suggestion)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.DismissAsync(suggestion)).ShouldBe(HttpStatusCode.NoContent);
        await mei.RoundAsync();
        (await mei.ListAsync()).ShouldBeEmpty();
        (await mei.ListAsync("all")).ShouldHaveSingleItem().GetProperty("state").GetString().ShouldBe("dismissed");
        (await mei.Study.AllBlocksAsync()).ShouldBeEmpty();
        (await mei.ConfirmAsync(suggestion))
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json.GetProperty("rule")
            .GetString()
            .ShouldBe("ended");
    }
}
