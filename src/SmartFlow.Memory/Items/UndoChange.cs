using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Memory.Items;

/// <summary>
/// POST /memory/changes/{id}/undo: what a turn added goes, what it changed is as before, what it deleted is back; may
/// be repeated. What was done to the item since is not undone with it. Refusals: not_found, conflict, limit_reached.
/// </summary>
internal static class UndoChange
{
    public static void Map(IEndpointRouteBuilder memory) =>
        memory
            .MapPost("/changes/{id:long}/undo", HandleAsync)
            .WithIdempotency<MemoryDb>()
            .WithName("UndoMemoryChange")
            .WithSummary("Take back what a turn changed");

    private static async Task<Ok<MemoryChangeView>> HandleAsync(
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
                    var change = await db.Changes.FirstOrDefaultAsync(
                        c => c.Id == id && c.UserId == owner.UserId,
                        token
                    ) ?? throw RefusedException.NotFound("change");
                    var item = await db.Items.FirstOrDefaultAsync(
                        i => i.Id == change.ItemId && i.UserId == owner.UserId,
                        token
                    ) ?? throw ItemText.NotFound();
                    if (change.UndoneAt is not null)
                        return MemoryChangeView.Of(change, item);
                    if (item.UpdatedAt != change.LeftAt)
                        throw new RefusedException(
                            ErrorCodes.Conflict,
                            "The memory was changed since. See it under Memory."
                        );
                    if (change.Kind == ChangeKind.Deleted)
                        await CreateMemory.RequireRoomAsync(db, owner.UserId, options.Value.ItemsPerUserMax, token);
                    Undo(change, item, now);
                    return MemoryChangeView.Of(change, item);
                },
                cancellationToken
            )
        );

    private static void Undo(MemoryChange change, MemoryItem item, DateTimeOffset now)
    {
        switch (change.Kind)
        {
            case ChangeKind.Added:
                item.Delete(now, turnId: null);
                break;
            case ChangeKind.Changed:
                ItemBefore.Read(change.Before!).ApplyTo(item, now);
                break;
            default:
                item.Restore(now);
                break;
        }
        change.UndoneAt = now;
    }
}
