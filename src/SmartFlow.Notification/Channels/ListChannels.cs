using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Notification.Sending;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Notification.Channels;

/// <summary>
/// GET /notifications/channels with what this server offers, PATCH and DELETE /notifications/channels/{id}. What waits
/// for a removed channel is skipped. Refusals: invalid_argument, not_found, also for somebody else's.
/// </summary>
internal static class ListChannels
{
    /// <param name="Types">What is configured here.</param>
    /// <param name="PushKey">The VAPID public key for a browser's subscription; null: no web push here.</param>
    internal sealed record Channels(IReadOnlyList<ChannelView> Items, IReadOnlyList<string> Types, string? PushKey);

    /// <param name="Enabled">Null: as it is.</param>
    internal sealed record Change(bool? Enabled = null, string? Name = null);

    public static void Map(IEndpointRouteBuilder centre)
    {
        centre
            .MapGet("/channels", ListAsync)
            .WithName("ListChannels")
            .WithSummary("Where you are told beside the centre");
        centre
            .MapPatch("/channels/{id:long}", ChangeAsync)
            .WithName("ChangeChannel")
            .WithSummary("Rename a channel, switch it on or off");
        centre.MapDelete("/channels/{id:long}", RemoveAsync).WithName("RemoveChannel").WithSummary("Remove a channel");
    }

    private static async Task<Channels> ListAsync(
        ClaimsPrincipal user,
        IDbContextFactory<NotificationDb> factory,
        Vault vault,
        Outgoing outgoing,
        CancellationToken cancellationToken
    )
    {
        var userId = (long)user.UserId();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var rows = await db
            .Channels.AsNoTracking()
            .Where(c => c.UserId == userId)
            .OrderBy(c => c.Id)
            .ToListAsync(cancellationToken);
        return new Channels(
            [.. rows.Select(c => ChannelView.Of(c, vault.Open(userId, c.Sealed)))],
            [.. ChannelTypes.All.Where(outgoing.IsOn)],
            outgoing.IsOn(ChannelTypes.WebPush) ? vault.Vapid.Public : null
        );
    }

    private static async Task<Ok<ChannelView>> ChangeAsync(
        long id,
        Change change,
        ClaimsPrincipal user,
        IWriter<NotificationDb> writer,
        Vault vault,
        CancellationToken cancellationToken
    )
    {
        new FieldErrors().Text("name", change.Name ?? "", 0, TargetFields.NameMax).Throw("The channel is not valid.");
        var userId = (long)user.UserId();
        var channel = await writer.WriteAsync(
            async (db, token) =>
            {
                var row = await db.Channels.FirstOrDefaultAsync(c => c.Id == id && c.UserId == userId, token)
                    ?? throw RefusedException.NotFound("channel");
                if (change.Name is { } name)
                    row.Name = name.Trim();
                if (change.Enabled is { } enabled)
                    (row.Enabled, row.OffReason) = (enabled, null);
                await db.SaveChangesAsync(token);
                return row;
            },
            cancellationToken
        );
        return TypedResults.Ok(ChannelView.Of(channel, vault.Open(userId, channel.Sealed)));
    }

    private static async Task<NoContent> RemoveAsync(
        long id,
        ClaimsPrincipal user,
        IWriter<NotificationDb> writer,
        CancellationToken cancellationToken
    )
    {
        var userId = (long)user.UserId();
        var removed = await writer.WriteAsync(
            (db, token) => db.Channels.Where(c => c.Id == id && c.UserId == userId).ExecuteDeleteAsync(token),
            cancellationToken
        );
        return removed == 1 ? TypedResults.NoContent() : throw RefusedException.NotFound("channel");
    }
}
