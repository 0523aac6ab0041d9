using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Notification.Channels;

/// <summary>
/// POST /notifications/channels. The same address again keeps the channel and renews what is said of it, so that a
/// browser may subscribe as often as it likes. A mail address is sent a code first. Refusals: invalid_argument,
/// limit_reached, rate_limited, unavailable (the mail could not be sent).
/// </summary>
internal sealed class AddChannel(
    IWriter<NotificationDb> writer,
    TargetFields fields,
    Vault vault,
    ConfirmChannel confirm,
    IOptions<NotificationOptions> options,
    TimeProvider time
)
{
    /// <param name="Type">webhook, feishu, email or web_push.</param>
    /// <param name="Name">What its owner calls it; empty: its type.</param>
    /// <param name="Address">A URL, a mail address, or the endpoint of a push subscription.</param>
    /// <param name="Secret">Of a webhook (whsec_…; empty: one is made) or a Feishu bot that asks for
    /// signatures.</param>
    /// <param name="Bearer">Sent to a webhook as its Authorization.</param>
    /// <param name="P256dh">Of a push subscription.</param>
    /// <param name="Auth">Of a push subscription.</param>
    internal sealed record Request(
        string Type,
        string? Name = null,
        string? Address = null,
        string? Secret = null,
        string? Bearer = null,
        string? P256dh = null,
        string? Auth = null
    )
    {
        // A record would print what is secret.
        public override string ToString() => $"request for a channel of {Type}";
    }

    public static void Map(IEndpointRouteBuilder centre) =>
        centre
            .MapPost(
                "/channels",
                (
                    Request request,
                    ClaimsPrincipal user,
                    HttpContext http,
                    AddChannel add,
                    CancellationToken cancellationToken
                ) => add.HandleAsync(request, (long)user.UserId(), http, cancellationToken)
            )
            .WithMetadata(new LooksAtSession())
            .WithName("AddChannel")
            .WithSummary("Be told elsewhere, too");

    private async Task<Created<ChannelView>> HandleAsync(
        Request request,
        long userId,
        HttpContext http,
        CancellationToken cancellationToken
    )
    {
        var target = fields.Check(request);
        if (request.Type == ChannelTypes.Email)
            await confirm.TakeAsync(userId);
        var channel = await KeepAsync(request, target, userId, cancellationToken);
        if (channel.ConfirmedAt is null)
            await confirm.SendCodeAsync(channel, cancellationToken);
        http.Response.Headers.CacheControl = "no-store";
        var made =
            request.Type == ChannelTypes.Webhook && string.IsNullOrWhiteSpace(request.Secret) ? target.Secret : null;
        return TypedResults.Created(
            $"/api/v1/notifications/channels/{channel.Id}",
            ChannelView.Of(channel, target) with
            {
                Secret = made,
            }
        );
    }

    private async Task<Channel> KeepAsync(
        Request request,
        Target target,
        long userId,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await writer.WriteAsync(
                (db, token) => KeepAsync(db, request, target, userId, token),
                cancellationToken
            );
        }
        catch (DbUpdateException e) when (UniqueViolation.Is(e))
        {
            // PostgreSQL: the same address came twice at once; the other one is visible now.
            return await writer.WriteAsync(
                (db, token) => KeepAsync(db, request, target, userId, token),
                cancellationToken
            );
        }
    }

    private async Task<Channel> KeepAsync(
        NotificationDb db,
        Request request,
        Target target,
        long userId,
        CancellationToken cancellationToken
    )
    {
        var hash = vault.Hash($"{request.Type} {target.Address}");
        var channel = await db.Channels.FirstOrDefaultAsync(
            c => c.UserId == userId && c.AddressHash == hash,
            cancellationToken
        );
        if (channel is null)
        {
            var most = options.Value.ChannelsPerUser;
            if (await db.Channels.CountAsync(c => c.UserId == userId, cancellationToken) >= most)
                throw new RefusedException(
                    ErrorCodes.LimitReached,
                    $"There are {most} channels already; remove one first."
                );
            db.Channels.Add(
                channel = new Channel
                {
                    UserId = userId,
                    Type = request.Type,
                    Name = "",
                    Mask = TargetFields.Mask(request.Type, target.Address),
                    Sealed = [],
                    AddressHash = hash,
                    CreatedAt = time.MicrosNow(),
                    ConfirmedAt = request.Type == ChannelTypes.Email ? null : time.MicrosNow(),
                }
            );
        }
        channel.Name = request.Name?.Trim() ?? "";
        channel.Sealed = vault.Seal(userId, target);
        (channel.Enabled, channel.OffReason) = (true, null);
        await db.SaveChangesAsync(cancellationToken);
        return channel;
    }
}
