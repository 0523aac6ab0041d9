using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Users;

namespace SmartFlow.ActiveScheduler;

/// <summary>On user.deleted: everything that was raised for, suggested to and kept from the account goes.</summary>
internal static class ForgetUser
{
    public const string Group = "smartflow-active-scheduler-user-auth-consumer";

    public static async Task RunAsync(ActiveSchedulerDb db, ulong user, bool again, CancellationToken cancellationToken)
    {
        await db.Triggers.Where(t => t.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.Mutes.Where(m => m.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.Suggestions.Where(s => s.UserId == user).ExecuteDeleteAsync(cancellationToken);
        await db.DeleteLettersAsync(user, cancellationToken);
    }
}
