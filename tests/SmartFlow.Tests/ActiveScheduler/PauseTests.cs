using System.Net;
using System.Text.Json;
using SmartFlow.Tests.Planner;

namespace SmartFlow.Tests.ActiveScheduler;

[Collection(nameof(SuggestionCollection))]
public sealed class PauseTests(StartedApp started)
{
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
}
