using System.Globalization;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Users;

namespace SmartFlow.Notification;

/// <summary>
/// On user.deleted: channels, wishes and notices of the account go, and with the notices what waits to be sent. What
/// others were told of what the user did on the plaza goes as well: it has their number, and the first words of their
/// comments.
/// </summary>
internal static class ForgetUser
{
    public const string Group = "smartflow-notification-user-auth-consumer";

    public static async Task RunAsync(NotificationDb db, ulong user, bool again, CancellationToken cancellationToken)
    {
        var id = (long)user;
        await db.Channels.Where(c => c.UserId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Preferences.Where(p => p.UserId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Deliveries.Where(d => d.UserId == id).ExecuteDeleteAsync(cancellationToken);
        await db.Notices.Where(n => n.UserId == id).ExecuteDeleteAsync(cancellationToken);
        await db.DeleteLettersAsync(user, cancellationToken);
        if (again)
            return;
        // A walk over all notices, once: accounts are deleted seldom, and what comes late is not told.
        var actor = string.Create(CultureInfo.InvariantCulture, $"\"actor_user_id\":{id},");
        await db
            .Notices.Where(n => n.Kind.StartsWith("forum.") && n.Data.Contains(actor))
            .ExecuteDeleteAsync(cancellationToken);
    }
}
