using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.UserData;
using SmartFlow.Notification.Channels;
using SmartFlow.Notification.Delivering;
using SmartFlow.Notification.Preferences;
using SmartFlow.Platform.Users;

namespace SmartFlow.Notification;

/// <summary>
/// Wishes, channels as far as they are shown, notices and where they were sent. What is secret of a channel is never
/// told.
/// </summary>
internal sealed class ExportUser(IDbContextFactory<NotificationDb> databases) : IUserData<UserDataOf.Notification>
{
    public IAsyncEnumerable<ExportPiece> ExportAsync(ExportRequest request, CancellationToken cancellationToken) =>
        Section<NotificationDb>.ReadAsync(databases, Sections((long)request.UserId), ExportPiece.Of, cancellationToken);

    private static IReadOnlyList<Section<NotificationDb>> Sections(long user) =>
        [
            Section<NotificationDb>.One<Preference>(
                "preferences",
                db => db.Preferences.Where(x => x.UserId == user),
                x => new
                {
                    x.Language,
                    x.TimeZone,
                    x.QuietFrom,
                    x.QuietTo,
                    x.DeadlineMinutes,
                    x.BlockMinutes,
                    x.CourseMinutes,
                    x.OutlookAt,
                    x.Off,
                    x.UpdatedAt,
                }
            ),
            Section<NotificationDb>.Of<Channel>(
                "channels",
                db => db.Channels.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.Type,
                    x.Name,
                    x.Mask,
                    x.Enabled,
                    x.OffReason,
                    x.ConfirmedAt,
                    x.CreatedAt,
                }
            ),
            Section<NotificationDb>.Of<Notice>(
                "notifications",
                db => db.Notices.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.Kind,
                    Data = StoredJson.Of(x.Data),
                    x.CreatedAt,
                    x.ReadAt,
                }
            ),
            Section<NotificationDb>.Of<Delivery>(
                "deliveries",
                db => db.Deliveries.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.NoticeId,
                    x.ChannelType,
                    x.ChannelName,
                    x.State,
                    x.Tries,
                    x.Reason,
                    x.CreatedAt,
                    x.EndedAt,
                }
            ),
        ];
}
