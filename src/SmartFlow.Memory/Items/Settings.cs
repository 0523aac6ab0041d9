using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Memory.Extracting;
using SmartFlow.Platform.Web;

namespace SmartFlow.Memory.Items;

/// <summary>What a user wants of the memory.</summary>
/// <param name="Enabled">False: turns are not looked at, nothing is recalled, and the planner keeps to no remembered
/// hours. What is there stays.</param>
internal sealed record MemorySettings(bool Enabled);

/// <summary>GET and PUT /memory/settings.</summary>
internal static class Settings
{
    public static void Map(IEndpointRouteBuilder memory)
    {
        memory.MapGet("/settings", GetAsync).WithName("GetMemorySettings").WithSummary("Whether memory is on");
        memory.MapPut("/settings", PutAsync).WithName("SetMemorySettings").WithSummary("Switch memory on or off");
    }

    private static async Task<MemorySettings> GetAsync(
        ClaimsPrincipal user,
        IDbContextFactory<MemoryDb> factory,
        CancellationToken cancellationToken
    )
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        return new MemorySettings(await IsOnAsync(db, user.UserId(), cancellationToken));
    }

    /// <summary>On until it is switched off.</summary>
    public static async Task<bool> IsOnAsync(MemoryDb db, ulong userId, CancellationToken cancellationToken) =>
        !await db.Owners.AnyAsync(o => o.UserId == userId && !o.Enabled, cancellationToken);

    private static async Task<MemorySettings> PutAsync(
        MemorySettings wanted,
        ClaimsPrincipal user,
        MemoryWriter memory,
        CancellationToken cancellationToken
    )
    {
        await memory.ChangeAsync(
            user.UserId(),
            async (db, owner, now, token) =>
            {
                if (wanted.Enabled && !owner.Enabled)
                    owner.OnSince = now;
                owner.Enabled = wanted.Enabled;
                await db.SaveChangesAsync(token);
                // What waits to be looked at was said before: nobody looks at it any more.
                return wanted.Enabled
                    ? 0
                    : await db
                        .Looks.Where(l => l.UserId == owner.UserId && l.State == LookState.Waiting)
                        .ExecuteDeleteAsync(token);
            },
            cancellationToken
        );
        return wanted;
    }
}
