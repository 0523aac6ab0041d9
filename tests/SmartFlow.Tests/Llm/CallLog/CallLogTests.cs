using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Llm.CallLog;

/// <summary>The journal as the gateway asks for it.</summary>
public sealed class CallLogTests
{
    [Fact]
    public async Task Whose_calls_are_asked_for_must_be_said()
    {
        await using var f = await CallFixture.StartAsync();
        await Should.ThrowAsync<RefusedException>(
            f.Llm.ListCallsAsync(new ListCallsRequest { Page = 1, PageSize = 10 }, default)
        );
        await Should.ThrowAsync<RefusedException>(
            f.Llm.ListCallsAsync(
                new ListCallsRequest
                {
                    UserId = 1,
                    Everybody = true,
                    Page = 1,
                    PageSize = 10,
                },
                default
            )
        );
        await Should.ThrowAsync<RefusedException>(
            f.Llm.GetCallSummaryAsync(new GetCallSummaryRequest { Period = "24h" }, default)
        );
    }
}
