using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.UserAuth.Sessions;

namespace SmartFlow.UserAuth.Operations;

/// <summary>How a user stands, as operators see it.</summary>
internal sealed record UserStandingView(
    ulong UserId,
    string Username,
    IReadOnlyList<string> Roles,
    DateTimeOffset? DisabledAt
);

/// <summary>
/// Keeps a user out, lets them in again, takes the role of operators back; by page and by command, each with its line
/// in the audit log. Nobody does it to themselves, and the last operator who can sign in stays one.
/// </summary>
internal sealed partial class UserStanding(
    IWriter<UserAuthDb> writer,
    EndAccess access,
    OpenSessions open,
    RunningRequests requests,
    IEnumerable<IOperatorAudit> audits,
    TimeProvider time,
    ILogger<UserStanding> logger
)
{
    /// <summary>
    /// Their sessions, API keys, calendar feeds and whatever runs end at once. Enabling brings none of these back.
    /// </summary>
    /// <exception cref="RefusedException">not_found, conflict.</exception>
    public async Task<UserStandingView> DisableAsync(
        long userId,
        Operator by,
        string reason,
        CancellationToken cancellationToken
    )
    {
        NotOneself(userId, by, "You cannot disable yourself: another operator can.");
        var end = new AccessEnd(userId, RevokedFor.Disabled, ApiKeys: true, Feeds: true, Running: true);
        var eventId = "";
        var view = await ChangeAsync(
            "user.disable",
            userId,
            by,
            reason,
            async (db, user, token) =>
            {
                if (user.DisabledAt is not null)
                    throw Conflict("This user is disabled already.");
                if (user.Roles.Any(IsOperator))
                    await KeepOneAsync(db, userId, token);
                user.DisabledAt = time.GetUtcNow();
                // The row first: a sign-in at the same time comes before this, and its session ends below, or it is
                // refused.
                await db.SaveChangesAsync(token);
                eventId = await access.WriteAsync(db, end, token);
            },
            cancellationToken
        );
        await access.FinishAsync(end, eventId);
        return view;
    }

    /// <summary>They may sign in again.</summary>
    /// <exception cref="RefusedException">not_found, conflict.</exception>
    public async Task<UserStandingView> EnableAsync(
        long userId,
        Operator by,
        string reason,
        CancellationToken cancellationToken
    )
    {
        var view = await ChangeAsync(
            "user.enable",
            userId,
            by,
            reason,
            (_, user, _) =>
            {
                if (user.DisabledAt is null)
                    throw Conflict("This user is not disabled.");
                user.DisabledAt = null;
                return Task.CompletedTask;
            },
            cancellationToken
        );
        requests.Resume(view.UserId);
        return view;
    }

    /// <summary>In force with the next request; the sessions stay.</summary>
    /// <exception cref="RefusedException">not_found, conflict.</exception>
    public async Task<UserStandingView> RevokeOperatorAsync(
        long userId,
        Operator by,
        string reason,
        CancellationToken cancellationToken
    )
    {
        NotOneself(userId, by, "You cannot take your own role: another operator can.");
        var view = await ChangeAsync(
            "user.revoke_role",
            userId,
            by,
            reason,
            async (db, user, token) =>
            {
                if (user.Roles.Find(IsOperator) is not { } role)
                    throw Conflict("This user is no operator.");
                await KeepOneAsync(db, userId, token);
                user.Roles.Remove(role);
            },
            cancellationToken
        );
        open.ForgetUser(view.UserId);
        return view;
    }

    private async Task<UserStandingView> ChangeAsync(
        string action,
        long userId,
        Operator by,
        string reason,
        Func<UserAuthDb, User, CancellationToken, Task> change,
        CancellationToken cancellationToken
    )
    {
        var (before, after) = await writer.WriteAsync(
            async (db, token) =>
            {
                var user = await db.Users.Include(u => u.Roles).SingleOrDefaultAsync(u => u.Id == userId, token)
                    ?? throw RefusedException.NotFound("user");
                var before = View(user);
                await change(db, user, token);
                await db.SaveChangesAsync(token);
                return (before, View(user));
            },
            cancellationToken
        );
        var done = new OperatorAction(by, action, $"user:{userId}", before, after, reason);
        foreach (var audit in audits)
            await audit.RecordAsync(done);
        Log.Done(logger, action, userId, by.Name);
        return after;
    }

    /// <summary>
    /// Holds every operator's row first: of two operators who take each other's role at once, one is refused.
    /// </summary>
    /// <exception cref="RefusedException">conflict: this user is the last operator who can sign in.</exception>
    public static async Task KeepOneAsync(UserAuthDb db, long userId, CancellationToken cancellationToken)
    {
        var operators = db.Roles.Where(r => r.Role == CurrentUser.OperatorRole);
        await operators.ExecuteUpdateAsync(s => s.SetProperty(r => r.UserId, r => r.UserId), cancellationToken);
        if (
            !await db.Users.AnyAsync(
                u => u.Id != userId && u.DisabledAt == null && u.Roles.Any(r => r.Role == CurrentUser.OperatorRole),
                cancellationToken
            )
        )
            throw Conflict("This is the last operator: make another one first.");
    }

    private static void NotOneself(long userId, Operator by, string otherwise)
    {
        if (by.UserId == (ulong)userId)
            throw Conflict(otherwise);
    }

    private static bool IsOperator(UserRole role) => role.Role == CurrentUser.OperatorRole;

    private static UserStandingView View(User user) =>
        new(
            (ulong)user.Id,
            user.Username,
            [.. user.Roles.Select(r => r.Role).Order(StringComparer.Ordinal)],
            user.DisabledAt
        );

    private static RefusedException Conflict(string why) => new(ErrorCodes.Conflict, why);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Action} of user {UserId} by {Operator}.")]
        public static partial void Done(ILogger logger, string action, long userId, string @operator);
    }
}
