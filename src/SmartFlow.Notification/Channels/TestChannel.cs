using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Notification.Preferences;
using SmartFlow.Notification.Sending;
using SmartFlow.Notification.Telling;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Notification.Channels;

/// <summary>
/// POST /notifications/channels/{id}/test: sends one message now, whatever the quiet hours, and says what became of it.
/// Refusals: not_found, conflict (not confirmed yet), rate_limited.
/// </summary>
internal static class TestChannel
{
    /// <param name="Delivered">The other side took it.</param>
    /// <param name="Reason">Otherwise a word for why not, e.g. timeout, http_500, private_address.</param>
    internal sealed record Outcome(bool Delivered, string? Reason);

    public static void Map(IEndpointRouteBuilder centre) =>
        centre
            .MapPost("/channels/{id:long}/test", HandleAsync)
            .WithName("TestChannel")
            .WithSummary("Send a test message");

    private static async Task<Ok<Outcome>> HandleAsync(
        long id,
        ClaimsPrincipal user,
        IDbContextFactory<NotificationDb> factory,
        Outgoing outgoing,
        ConfirmChannel confirm,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var userId = (long)user.UserId();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var channel = await db
            .Channels.AsNoTracking()
            .FirstOrDefaultAsync(c => c.Id == id && c.UserId == userId, cancellationToken)
            ?? throw RefusedException.NotFound("channel");
        if (channel.ConfirmedAt is null)
            throw new RefusedException(ErrorCodes.Conflict, "Confirm the address first.");
        await confirm.TakeAsync(userId);
        var wish = await db.Preferences.AsNoTracking().FirstOrDefaultAsync(p => p.UserId == userId, cancellationToken)
            ?? new Preference();
        var now = time.GetUtcNow();
        var sent = await outgoing.SendAsync(
            $"test_{Guid.CreateVersion7(now):n}",
            Kinds.Test,
            "{}",
            now,
            channel,
            wish,
            cancellationToken
        );
        return TypedResults.Ok(new Outcome(sent.Reason is null, sent.Reason));
    }
}
