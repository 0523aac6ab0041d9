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
/// POST /memory/items: written down by hand, and so explicit. Refusals: invalid_argument, limit_reached, conflict while
/// memory is off.
/// </summary>
internal static class CreateMemory
{
    /// <param name="Type">constraint, preference or fact.</param>
    /// <param name="Title">1-60 characters.</param>
    /// <param name="Content">At most 300.</param>
    /// <param name="Importance">1 to 5; absent: 3.</param>
    /// <param name="Hours">Hours that the planner is to keep to (a constraint) or to like (a preference).</param>
    /// <param name="ExpiresAt">Absent: it does not end.</param>
    internal sealed record Request(
        MemoryType Type,
        string Title,
        string? Content,
        int? Importance,
        MemoryHours? Hours,
        DateTimeOffset? ExpiresAt
    );

    public static void Map(IEndpointRouteBuilder memory) =>
        memory
            .MapPost("/items", HandleAsync)
            .WithIdempotency<MemoryDb>()
            .WithName("CreateMemory")
            .WithSummary("Write down what should be known about you");

    private static async Task<Created<MemoryView>> HandleAsync(
        Request request,
        ClaimsPrincipal user,
        MemoryWriter memory,
        TimeProvider clock,
        IOptions<MemoryOptions> options,
        CancellationToken cancellationToken
    )
    {
        var hours = Check(request, clock.GetUtcNow());
        var made = await memory.ChangeAsync(
            user.UserId(),
            async (db, owner, now, token) =>
            {
                if (!owner.Enabled)
                    throw new RefusedException(ErrorCodes.Conflict, "Memory is switched off. Switch it on first.");
                await RequireRoomAsync(db, owner.UserId, options.Value.ItemsPerUserMax, token);
                var item = new MemoryItem
                {
                    UserId = owner.UserId,
                    Type = request.Type,
                    Title = request.Title.Trim(),
                    Content = request.Content?.Trim() ?? "",
                    Confidence = 1,
                    Importance = request.Importance ?? 3,
                    Explicit = true,
                    Hours = hours,
                    ExpiresAt = request.ExpiresAt,
                    CreatedAt = now,
                    UpdatedAt = now,
                };
                db.Items.Add(item);
                await db.SaveChangesAsync(token);
                return MemoryView.Of(item, now);
            },
            cancellationToken
        );
        return TypedResults.Created($"/api/v1/memory/items/{made.Id}", made);
    }

    /// <exception cref="RefusedException">limit_reached.</exception>
    public static async Task RequireRoomAsync(MemoryDb db, ulong userId, int most, CancellationToken cancellationToken)
    {
        if (
            await db.Items.CountAsync(i => i.UserId == userId && i.Status == MemoryStatus.Active, cancellationToken)
            >= most
        )
            throw new RefusedException(
                ErrorCodes.LimitReached,
                $"There are {most} memories already; delete one first."
            );
    }

    private static DayHours? Check(Request request, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        ItemText.Check(errors, request.Title, request.Content ?? "");
        errors
            .Range("importance", request.Importance ?? 3, 1, 5)
            .Require(request.ExpiresAt is null || request.ExpiresAt > now, "expires_at", "must lie in the future");
        var hours = request.Hours?.Checked(errors);
        ItemText.CheckType(errors, request.Type, hours);
        errors.Throw("The memory is not valid.");
        return hours;
    }
}
