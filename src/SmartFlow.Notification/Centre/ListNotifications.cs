using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Notification.Delivering;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Notification.Centre;

/// <summary>A notification: the name of what happened and its numbers.</summary>
/// <param name="Id">For marking it as read.</param>
/// <param name="Kind">E.g. task.deadline.near; those that tell of an event have its name.</param>
/// <param name="Data">What it tells of, by kind; of an event its payload.</param>
/// <param name="CreatedAt">When it happened.</param>
/// <param name="ReadAt">Null: unread.</param>
/// <param name="Deliveries">Where else it went, or goes.</param>
internal sealed record NotificationItem(
    long Id,
    string Kind,
    JsonElement Data,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ReadAt,
    IReadOnlyList<DeliveryView> Deliveries
);

/// <summary>A notification on its way through a channel.</summary>
/// <param name="ChannelType">webhook, feishu, email or web_push.</param>
/// <param name="ChannelName">As its owner called it.</param>
/// <param name="State">waiting, sent, failed or skipped.</param>
/// <param name="Tries">So far.</param>
/// <param name="NextTryAt">While it waits.</param>
/// <param name="EndedAt">When it was sent or given up.</param>
/// <param name="Reason">A word for the last failure, or for why it waits or was skipped, e.g. http_500, quiet_hours,
/// daily_limit.</param>
internal sealed record DeliveryView(
    string ChannelType,
    string ChannelName,
    [property: AllowedValues("waiting", "sent", "failed", "skipped")] string State,
    int Tries,
    DateTimeOffset? NextTryAt,
    DateTimeOffset? EndedAt,
    string? Reason
)
{
    public static DeliveryView Of(Delivery d) =>
        new(
            d.ChannelType,
            d.ChannelName,
            d.State.ToString().ToLowerInvariant(),
            d.Tries,
            d.State == DeliveryState.Waiting ? d.DueAt : null,
            d.EndedAt,
            d.Reason
        );
}

/// <summary>
/// GET /notifications?page&amp;page_size&amp;unread, newest first; POST /notifications/{id}/read and /read-all. Marking
/// twice changes nothing. Refusals: invalid_argument, not_found, also for somebody else's.
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
        ClaimsPrincipal user,
        IDbContextFactory<NotificationDb> factory,
        int? page,
        int? page_size,
        bool? unread,
        CancellationToken cancellationToken
    )
    {
        var query = PageQuery.Of(page, page_size);
        var userId = (long)user.UserId();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var own = db.Notices.AsNoTracking().Where(n => n.UserId == userId);
        if (unread is { } wanted)
            own = own.Where(n => n.ReadAt == null == wanted);
        var read = await query.ReadAsync(own.OrderByDescending(n => n.Id), n => n, cancellationToken);
        var ids = read.Items.Select(n => n.Id).ToArray();
        var deliveries = (
            await db
                .Deliveries.AsNoTracking()
                .Where(d => ids.Contains(d.NoticeId))
                .OrderBy(d => d.Id)
                .ToListAsync(cancellationToken)
        ).ToLookup(d => d.NoticeId);
        return new Paged<NotificationItem>([.. read.Items.Select(n => Item(n, deliveries[n.Id]))], read.Page);
    }

    private static async Task<Microsoft.AspNetCore.Http.HttpResults.NoContent> ReadAsync(
        long id,
        ClaimsPrincipal user,
        IWriter<NotificationDb> writer,
        LiveNotices live,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var (userId, now) = ((long)user.UserId(), time.GetUtcNow());
        var found = await writer.WriteAsync(
            (db, token) =>
                db
                    .Notices.Where(n => n.Id == id && n.UserId == userId)
                    .ExecuteUpdateAsync(s => s.SetProperty(n => n.ReadAt, n => n.ReadAt ?? now), token),
            cancellationToken
        );
        live.Changed(userId);
        return found == 1 ? TypedResults.NoContent() : throw RefusedException.NotFound("notification");
    }

    private static async Task<Microsoft.AspNetCore.Http.HttpResults.NoContent> ReadAllAsync(
        ClaimsPrincipal user,
        IWriter<NotificationDb> writer,
        LiveNotices live,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var (userId, now) = ((long)user.UserId(), time.GetUtcNow());
        await writer.WriteAsync(
            (db, token) =>
                db
                    .Notices.Where(n => n.UserId == userId && n.ReadAt == null)
                    .ExecuteUpdateAsync(s => s.SetProperty(n => n.ReadAt, now), token),
            cancellationToken
        );
        live.Changed(userId);
        return TypedResults.NoContent();
    }

    private static NotificationItem Item(Notice n, IEnumerable<Delivery> deliveries)
    {
        using var data = JsonDocument.Parse(n.Data);
        return new(
            n.Id,
            n.Kind,
            data.RootElement.Clone(),
            n.CreatedAt,
            n.ReadAt,
            [.. deliveries.Select(DeliveryView.Of)]
        );
    }
}
