using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Notification.Sending;
using SmartFlow.Notification.Telling;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Notification.Channels;

/// <summary>
/// POST /notifications/channels/{id}/confirm {code}: a mail address is its owner's once the code that was sent there
/// comes back, within half an hour and five tries. Until then nothing else is sent to it. Refusals: not_found,
/// invalid_argument, conflict (the code is over; add the address again for another).
/// </summary>
internal sealed class ConfirmChannel(
    IDbContextFactory<NotificationDb> factory,
    IWriter<NotificationDb> writer,
    Vault vault,
    Outgoing outgoing,
    ISharedCounts shared,
    IOptions<NotificationOptions> options,
    TimeProvider time
) : IDisposable
{
    private const int TriesMax = 5;
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(30);
    private readonly Pace pace = new("notification-tests", shared, options.Value.TestsPerHour, TimeSpan.FromHours(1));

    internal sealed record Request(string Code);

    public static void Map(IEndpointRouteBuilder centre) =>
        centre
            .MapPost(
                "/channels/{id:long}/confirm",
                (
                    long id,
                    Request request,
                    ClaimsPrincipal user,
                    ConfirmChannel confirm,
                    CancellationToken cancellationToken
                ) => confirm.HandleAsync(id, request.Code?.Trim() ?? "", (long)user.UserId(), cancellationToken)
            )
            .WithName("ConfirmChannel")
            .WithSummary("Show that a mail address is yours");

    /// <summary>One message that a user asks for; tests and confirmations count together.</summary>
    /// <exception cref="RefusedException">rate_limited.</exception>
    public async Task TakeAsync(long userId)
    {
        if (await pace.TakeAsync(userId, "Too many test messages and confirmations; wait a while.") is { } refused)
            throw refused;
    }

    /// <exception cref="RefusedException">unavailable: the mail server did not take it.</exception>
    public async Task SendCodeAsync(Channel channel, CancellationToken cancellationToken)
    {
        var code = RandomNumberGenerator.GetInt32(1_000_000).ToString("000000", CultureInfo.InvariantCulture);
        var wish = await WishAsync(channel.UserId, cancellationToken);
        var target = vault.Open(channel.UserId, channel.Sealed)! with
        {
            Code = code,
            CodeUntil = time.GetUtcNow() + GoodFor,
            CodeTries = 0,
        };
        await KeepAsync(channel.Id, channel.UserId, target, null, cancellationToken);
        var zh = wish.Language != "en";
        var words = zh
            ? new Words(
                $"SmartFlow 验证码：{code}",
                $"在 SmartFlow 的通知设置里填入 {code}，30 分钟内有效。不是你申请的话，不用理会这封邮件。",
                ""
            )
            : new Words(
                $"Your SmartFlow code: {code}",
                $"Enter {code} in the notification settings of SmartFlow within 30 minutes. If you did not ask for it, do nothing.",
                ""
            );
        using var none = JsonDocument.Parse("{}");
        var id = $"code_{Guid.CreateVersion7(time.GetUtcNow()):n}";
        var sent = await outgoing.SendAsync(
            id,
            Kinds.Test,
            none.RootElement,
            words,
            time.GetUtcNow(),
            channel,
            zh,
            cancellationToken
        );
        if (sent.Reason is { } reason)
            throw new RefusedException(
                ErrorCodes.Unavailable,
                $"The mail with the code could not be sent ({reason}). Try again later."
            );
    }

    public void Dispose() => pace.Dispose();

    private async Task<Ok<ChannelView>> HandleAsync(
        long id,
        string code,
        long userId,
        CancellationToken cancellationToken
    )
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var channel = await db
            .Channels.AsNoTracking()
            .FirstOrDefaultAsync(c => c.Id == id && c.UserId == userId, cancellationToken)
            ?? throw RefusedException.NotFound("channel");
        if (vault.Open(userId, channel.Sealed) is not { } target)
            throw RefusedException.NotFound("channel");
        if (channel.ConfirmedAt is not null)
            return TypedResults.Ok(ChannelView.Of(channel, target));
        if (target.Code is null || target.CodeUntil < time.GetUtcNow() || target.CodeTries >= TriesMax)
            throw new RefusedException(
                ErrorCodes.Conflict,
                "The code is no longer good. Add the address again for another."
            );
        var right = CryptographicOperations.FixedTimeEquals(
            Encoding.UTF8.GetBytes(target.Code),
            Encoding.UTF8.GetBytes(code)
        );
        target = right
            ? target with
            {
                Code = null,
                CodeUntil = null,
            }
            : target with
            {
                CodeTries = target.CodeTries + 1,
            };
        // Of two tries at once one counts; the other reads again.
        var kept = await KeepAsync(id, userId, target, channel.Sealed, cancellationToken, right);
        if (!kept)
            throw new RefusedException(ErrorCodes.Conflict, "The channel was changed just now; try again.");
        if (!right)
            throw RefusedException.Field("code", "is not the code that was sent");
        channel.ConfirmedAt = time.MicrosNow();
        return TypedResults.Ok(ChannelView.Of(channel, target));
    }

    private async Task<Preferences.Preference> WishAsync(long userId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return await db.Preferences.AsNoTracking().FirstOrDefaultAsync(p => p.UserId == userId, cancellationToken)
            ?? new Preferences.Preference();
    }

    private async Task<bool> KeepAsync(
        long id,
        long userId,
        Target target,
        byte[]? seen,
        CancellationToken cancellationToken,
        bool confirmed = false
    )
    {
        var (box, now) = (vault.Seal(userId, target), time.MicrosNow());
        return await writer.WriteAsync(
                (db, token) =>
                    db
                        .Channels.Where(c => c.Id == id && c.UserId == userId && (seen == null || c.Sealed == seen))
                        .ExecuteUpdateAsync(
                            s =>
                                s.SetProperty(c => c.Sealed, box)
                                    .SetProperty(c => c.ConfirmedAt, c => confirmed ? now : c.ConfirmedAt),
                            token
                        ),
                cancellationToken
            ) == 1;
    }
}
