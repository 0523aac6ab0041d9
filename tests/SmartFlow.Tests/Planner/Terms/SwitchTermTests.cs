using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Terms;

[Collection(nameof(TermCollection))]
public sealed class SwitchTermTests(StartedApp host) : OwnTerms(host)
{
    [Fact]
    public async Task Only_an_own_term_can_be_switched_to()
    {
        var (mei, other) = (await BeginAsync(), await BeginAsync());
        var foreign = Id((await other.GetAsync($"{Path}/current")).Json);
        (await SwitchAsync(mei, foreign)).ShouldBeRefused(ErrorCodes.NotFound);
        (await SwitchAsync(mei, long.MaxValue)).ShouldBeRefused(ErrorCodes.NotFound);
        var own = (await mei.GetAsync($"{Path}/current")).Json;
        (await SwitchAsync(mei, Id(own))).ShouldBe(HttpStatusCode.OK).Json.GetRawText().ShouldBe(own.GetRawText());
    }
}
