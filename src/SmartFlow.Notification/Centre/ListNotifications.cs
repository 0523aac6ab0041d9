using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Notification.Centre;

/// <summary>A notification: the name of what happened and its numbers.</summary>
/// <param name="Id">For marking it as read.</param>
/// <param name="Kind">credit.balance.low or credit.spend.reached.</param>
/// <param name="Data">The event: user_id, balance_micros or spent_micros and day, threshold_micros.</param>
/// <param name="CreatedAt">When it happened.</param>
/// <param name="ReadAt">Null: unread.</param>
internal sealed record NotificationItem(long Id, string Kind, JsonElement Data, DateTimeOffset CreatedAt, DateTimeOffset? ReadAt);

/// <summary>
/// GET /notifications?page&amp;page_size&amp;unread, newest first; POST /notifications/{id}/read and /read-all. Marking twice
/// changes nothing. Refusals: invalid_argument, not_found, also for somebody else's.
/// </summary>
internal static class ListNotifications
{
    public static void Map(IEndpointRouteBuilder centre)
    {
        centre.MapGet("", ListAsync).WithName("ListNotifications");
        centre.MapPost("/{id:long}/read", ReadAsync).WithName("ReadNotification");
        centre.MapPost("/read-all", ReadAllAsync).WithName("ReadAllNotifications");
    }

    private static async Task<Paged<NotificationItem>> ListAsync(
        ClaimsPrincipal user, IDbContextFactory<NotificationDb> factory, int? page, int? page_size, bool? unread,
        CancellationToken cancellationToken)
    {
        var query = PageQuery.Of(page, page_size);
        var userId = (long)user.UserId();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var own = db.Notices.AsNoTracking().Where(n => n.UserId == userId);
        if (unread is { } wanted) own = own.Where(n => n.ReadAt == null == wanted);
        return await query.ReadAsync(own.OrderByDescending(n => n.Id), Item, cancellationToken);
    }

    private static async Task<Microsoft.AspNetCore.Http.HttpResults.NoContent> ReadAsync(
        long id, ClaimsPrincipal user, IWriter<NotificationDb> writer, TimeProvider time, CancellationToken cancellationToken)
    {
        var (userId, now) = ((long)user.UserId(), time.GetUtcNow());
        var found = await writer.WriteAsync(
            (db, token) => db.Notices.Where(n => n.Id == id && n.UserId == userId)
                .ExecuteUpdateAsync(s => s.SetProperty(n => n.ReadAt, n => n.ReadAt ?? now), token),
            cancellationToken);
        return found == 1 ? TypedResults.NoContent() : throw RefusedException.NotFound("notification");
    }

    private static async Task<Microsoft.AspNetCore.Http.HttpResults.NoContent> ReadAllAsync(
        ClaimsPrincipal user, IWriter<NotificationDb> writer, TimeProvider time, CancellationToken cancellationToken)
    {
        var (userId, now) = ((long)user.UserId(), time.GetUtcNow());
        await writer.WriteAsync(
            (db, token) => db.Notices.Where(n => n.UserId == userId && n.ReadAt == null)
                .ExecuteUpdateAsync(s => s.SetProperty(n => n.ReadAt, now), token),
            cancellationToken);
        return TypedResults.NoContent();
    }

    private static NotificationItem Item(Notice n)
    {
        using var data = JsonDocument.Parse(n.Data);
        return new(n.Id, n.Kind, data.RootElement.Clone(), n.CreatedAt, n.ReadAt);
    }
}
