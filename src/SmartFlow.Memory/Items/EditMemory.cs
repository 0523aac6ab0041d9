using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Memory.Items;

/// <summary>
/// PATCH /memory/items/{id}: what is absent stays, null clears hours and the end. What its owner has put right is
/// explicit from then on. Refusals: invalid_argument, not_found, conflict where another writer was first.
/// </summary>
internal static class EditMemory
{
    internal sealed class Request
    {
        public MemoryType? Type { get; set; }

        public string? Title { get; set; }

        public string? Content { get; set; }

        public int? Importance { get; set; }

        public MemoryHours? Hours
        {
            get;
            set
            {
                field = value;
                HasHours = true;
            }
        }

        public DateTimeOffset? ExpiresAt
        {
            get;
            set
            {
                field = value;
                HasEnd = true;
            }
        }

        /// <summary>The version that was edited, as read: another one there now is a conflict.</summary>
        public DateTimeOffset? UpdatedAt { get; set; }

        internal bool HasHours { get; private set; }

        internal bool HasEnd { get; private set; }
    }

    public static void Map(IEndpointRouteBuilder memory) =>
        memory
            .MapPatch("/items/{id:long}", HandleAsync)
            .WithName("EditMemory")
            .WithSummary("Put right what is known about you");

    private static async Task<Ok<MemoryView>> HandleAsync(
        long id,
        Request request,
        ClaimsPrincipal user,
        MemoryWriter memory,
        CancellationToken cancellationToken
    ) =>
        TypedResults.Ok(
            await memory.ChangeAsync(
                user.UserId(),
                async (db, owner, now, token) =>
                {
                    var item = await db.Items.FirstOrDefaultAsync(
                        i => i.Id == id && i.UserId == owner.UserId && i.Status == MemoryStatus.Active,
                        token
                    ) ?? throw ItemText.NotFound();
                    if (request.UpdatedAt is { } seen && seen != item.UpdatedAt)
                        throw new RefusedException(
                            ErrorCodes.Conflict,
                            "The memory was changed meanwhile. Read it again and repeat the change."
                        );
                    Apply(item, request, now);
                    return MemoryView.Of(item, now);
                },
                cancellationToken
            )
        );

    private static void Apply(MemoryItem item, Request request, DateTimeOffset now)
    {
        var errors = new FieldErrors();
        var (title, content) = (request.Title ?? item.Title, request.Content ?? item.Content);
        ItemText.Check(errors, title, content);
        var hours = request.HasHours ? request.Hours?.Checked(errors) : item.Hours;
        var type = request.Type ?? item.Type;
        ItemText.CheckType(errors, type, hours);
        errors
            .Range("importance", request.Importance ?? item.Importance, 1, 5)
            .Require(
                !request.HasEnd || request.ExpiresAt is null || request.ExpiresAt > now,
                "expires_at",
                "must lie in the future"
            )
            .Throw("The memory is not valid.");
        (item.Type, item.Title, item.Content, item.Hours) = (type, title.Trim(), content.Trim(), hours);
        item.Importance = request.Importance ?? item.Importance;
        if (request.HasEnd)
            item.ExpiresAt = request.ExpiresAt;
        (item.Explicit, item.Confidence, item.UpdatedAt) = (true, 1, now);
    }
}
