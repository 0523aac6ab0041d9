using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.UserAuth.Accounts;

internal static class NameEvents
{
    /// <summary>Tells those who show the user's name, in the transaction that set it.</summary>
    public static void PublishName(this UserAuthDb db, long userId, string name, DateTimeOffset now)
    {
        var user = (ulong)userId;
        db.Publish(
            Guid.CreateVersion7(now).ToString("N"),
            EventNames.UserRenamed,
            user,
            new UserRenamed { UserId = user, DisplayName = name },
            now
        );
    }
}
