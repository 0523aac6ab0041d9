using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace SmartFlow.Llm.Calls;

/// <summary>Lets the repeat of a running call wait for it, for <c>Llm:RepeatWaitSeconds</c> at most.</summary>
internal sealed class InFlight(
    LiveCalls live,
    IDbContextFactory<LlmDb> factory,
    IOptions<LlmOptions> options,
    TimeProvider time
)
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(1);

    public DateTimeOffset Deadline => time.GetUtcNow().AddSeconds(options.Value.RepeatWaitSeconds);

    /// <summary>True: the call no longer runs, whatever came of it. False: it still does, and the time is up.</summary>
    public async Task<bool> EndsAsync(LlmCall call, DateTimeOffset until, CancellationToken cancellationToken)
    {
        for (var look = FirstLook; ; look = look < LongestLook ? look * 2 : LongestLook)
        {
            var left = until - time.GetUtcNow();
            if (left <= TimeSpan.Zero)
                return false;
            if (live.Find(call.Id) is { } running)
                return await running.WaitForEndAsync(left, time, cancellationToken);
            // Another process runs it, or its end is not written yet.
            await Task.Delay(look < left ? look : left, time, cancellationToken);
            await using var db = await factory.CreateDbContextAsync(cancellationToken);
            var state = await db
                .Calls.Where(c => c.Id == call.Id)
                .Select(c => c.State)
                .FirstOrDefaultAsync(cancellationToken);
            if (!CallState.Runs(state))
                return true;
        }
    }
}
