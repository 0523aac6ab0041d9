using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Sessions;

/// <summary>What of a user's access ends.</summary>
/// <param name="UserId">Whose.</param>
/// <param name="Reason">One of <see cref="RevokedFor"/>.</param>
/// <param name="ApiKeys">The keys as well.</param>
/// <param name="Feeds">The calendar feeds as well.</param>
/// <param name="Running">What runs at the moment as well.</param>
internal sealed record AccessEnd(long UserId, string Reason, bool ApiKeys, bool Feeds, bool Running);

/// <summary>
/// Ends what lets a user in. Sessions and keys end in the transaction of their cause; feeds and turns of the assistant,
/// which are other modules', by an event of the same transaction.
/// </summary>
internal sealed class EndAccess(
    SessionStore sessions,
    OpenSessions open,
    ApiKeys keys,
    RunningRequests requests,
    OutboxSignal<UserAuthDb> outbox,
    IDbContextFactory<UserAuthDb> databases,
    TimeProvider time
)
{
    private const int Looks = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>In the transaction.</summary>
    /// <returns>The event's id, for <see cref="FinishAsync"/>; empty: none was needed.</returns>
    public async Task<string> WriteAsync(UserAuthDb db, AccessEnd end, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await sessions.RevokeAllAsync(db, end.UserId, keptSession: null, end.Reason, cancellationToken);
        if (end.ApiKeys)
            await db
                .ApiKeys.Where(k => k.UserId == end.UserId && k.RevokedAt == null)
                .ExecuteUpdateAsync(s => s.SetProperty(k => k.RevokedAt, now), cancellationToken);
        if (!end.Feeds && !end.Running)
            return "";
        var (id, user) = (Guid.CreateVersion7(now).ToString("N"), (ulong)end.UserId);
        db.Publish(
            id,
            EventNames.UserAccessEnded,
            user,
            new UserAccessEnded
            {
                UserId = user,
                AtMicros = UnixMicros.From(now),
                Feeds = end.Feeds,
                Running = end.Running,
            },
            now
        );
        await db.SaveChangesAsync(cancellationToken);
        return id;
    }

    /// <summary>
    /// After the commit: this process forgets what it remembers. Then waits a moment for the event, so that feeds have
    /// ended when the answer comes; where the other modules are slow they end a little later.
    /// </summary>
    /// <param name="end">What ended.</param>
    /// <param name="eventId">What is waited for.</param>
    /// <param name="own">The request of the user whose access it is, which goes on; null: it is somebody
    /// else's.</param>
    public async Task FinishAsync(AccessEnd end, string eventId, HttpContext? own = null)
    {
        var user = (ulong)end.UserId;
        open.ForgetUser(user);
        if (end.ApiKeys)
            keys.Forget();
        if (end.Running && own is not null)
            requests.StopOthers(own);
        else if (end.Running)
            requests.Stop(user);
        if (eventId.Length == 0)
            return;
        outbox.Notify();
        await using var db = await databases.CreateDbContextAsync();
        for (var look = 0; look < Looks && await db.Outbox.AnyAsync(m => m.EventId == eventId); look++)
            await Task.Delay(Pause);
    }
}
