using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Memory.Items;

/// <summary>
/// DELETE /memory/items/{id}, and POST …/restore within the days for which deleted ones are kept; both may be repeated.
/// Refusals: not_found, limit_reached.
/// </summary>
internal static class DeleteMemory
{
    public static void Map(IEndpointRouteBuilder memory)
    {
        memory.MapDelete("/items/{id:long}", DeleteAsync).WithName("DeleteMemory").WithSummary("Forget something");
        memory
            .MapPost("/items/{id:long}/restore", RestoreAsync)
            .WithIdempotency<MemoryDb>()
            .WithName("RestoreMemory")
            .WithSummary("Know something again");
    }

    private static async Task<NoContent> DeleteAsync(
        long id,
        ClaimsPrincipal user,
        MemoryWriter memory,
        CancellationToken cancellationToken
    )
    {
        await memory.ChangeAsync(
            user.UserId(),
            async (db, owner, now, token) =>
            {
                var item = await FindAsync(db, owner.UserId, id, token);
                if (item.Status == MemoryStatus.Active)
                    item.Delete(now, turnId: null);
                // By hand, whoever forgot it first: what is only inferred does not bring it back.
                else
                    item.DeletedByHand = true;
                return true;
            },
            cancellationToken
        );
        return TypedResults.NoContent();
    }

    private static async Task<Ok<MemoryView>> RestoreAsync(
        long id,
        ClaimsPrincipal user,
        MemoryWriter memory,
        IOptions<MemoryOptions> options,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Ok(
            await memory.ChangeAsync(
                user.UserId(),
                async (db, owner, now, token) =>
                {
                    var item = await FindAsync(db, owner.UserId, id, token);
                    if (item.Status == MemoryStatus.Active)
                        return MemoryView.Of(item, now);
                    await CreateMemory.RequireRoomAsync(db, owner.UserId, options.Value.ItemsPerUserMax, token);
                    item.Restore(now);
                    return MemoryView.Of(item, now);
                },
                cancellationToken
            )
        );

    private static async Task<MemoryItem> FindAsync(
        MemoryDb db,
        ulong userId,
        long id,
        CancellationToken cancellationToken
    ) =>
        await db.Items.FirstOrDefaultAsync(i => i.Id == id && i.UserId == userId, cancellationToken)
        ?? throw ItemText.NotFound();
}
