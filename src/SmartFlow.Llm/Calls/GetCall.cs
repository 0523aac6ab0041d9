using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Llm;
using SmartFlow.Llm.CallLog;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Calls;

/// <summary>A call as its owner may see it.</summary>
internal sealed class GetCall(IDbContextFactory<LlmDb> factory)
{
    /// <exception cref="RefusedException">not_found, also for somebody else's call.</exception>
    public async Task<GetCallResponse> HandleAsync(GetCallRequest request, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var user = checked((long)request.UserId);
        var row = await db
            .Calls.AsNoTracking()
            .FirstOrDefaultAsync(c => c.UserId == user && c.EventId == request.EventId, cancellationToken)
            ?? throw RefusedException.NotFound("call");
        return new GetCallResponse { Call = CallViews.Of(row) };
    }
}
