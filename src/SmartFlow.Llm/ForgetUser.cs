using Microsoft.EntityFrameworkCore;

namespace SmartFlow.Llm;

/// <summary>
/// On user.deleted: kept answers and what responses were asked with go. The journal's rows stay as books under the
/// number: they never hold a prompt, and what is still in flight is ended and charged by them.
/// </summary>
internal static class ForgetUser
{
    public const string Group = "smartflow-llm-user-auth-consumer";

    public static async Task RunAsync(LlmDb db, ulong user, bool again, CancellationToken cancellationToken)
    {
        var id = (long)user;
        await db.Responses.Where(r => r.UserId == id).ExecuteDeleteAsync(cancellationToken);
        await db
            .Results.Where(r => db.Calls.Any(c => c.Id == r.CallId && c.UserId == id))
            .ExecuteDeleteAsync(cancellationToken);
        // Running calls are counted in their windows until they end.
        if (
            !await db.Calls.AnyAsync(
                c =>
                    c.UserId == id
                    && (c.State == CallState.Started || c.State == CallState.Sent || c.State == CallState.Suspense),
                cancellationToken
            )
        )
            await db.LimitWindows.Where(w => w.UserId == id).ExecuteDeleteAsync(cancellationToken);
    }
}
