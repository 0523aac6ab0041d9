using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.UserData;
using SmartFlow.Memory.Extracting;
using SmartFlow.Memory.Items;
using SmartFlow.Platform.Users;

namespace SmartFlow.Memory;

/// <summary>What is known of the user, whether that is on, which turns were looked at and what they changed.</summary>
internal sealed class ExportUser(IDbContextFactory<MemoryDb> databases) : IUserData<UserDataOf.Memory>
{
    public IAsyncEnumerable<ExportPiece> ExportAsync(ExportRequest request, CancellationToken cancellationToken) =>
        Section<MemoryDb>.ReadAsync(databases, Sections(request.UserId), ExportPiece.Of, cancellationToken);

    private static IReadOnlyList<Section<MemoryDb>> Sections(ulong user) =>
        [
            Section<MemoryDb>.One<Owner>(
                "settings",
                db => db.Owners.Where(x => x.UserId == user),
                x => new { x.Enabled, x.OnSince }
            ),
            Section<MemoryDb>.Of<MemoryItem>(
                "memories",
                db => db.Items.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.Type,
                    x.Title,
                    x.Content,
                    x.Confidence,
                    x.Importance,
                    x.Explicit,
                    x.Status,
                    Hours = x.Hours is { } hours ? MemoryHours.Of(hours) : null,
                    x.ConversationId,
                    x.TurnId,
                    x.ExpiresAt,
                    x.CreatedAt,
                    x.UpdatedAt,
                    x.DeletedAt,
                }
            ),
            Section<MemoryDb>.Of<MemoryChange>(
                "changes",
                db => db.Changes.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.ConversationId,
                    x.TurnId,
                    x.ItemId,
                    x.Kind,
                    Before = x.Before is null ? null : StoredJson.Of(x.Before),
                    x.CreatedAt,
                    x.UndoneAt,
                }
            ),
            Section<MemoryDb>.Of<Look>(
                "turns",
                db => db.Looks.Where(x => x.UserId == user),
                x => x.TurnId,
                x => new
                {
                    x.TurnId,
                    x.ConversationId,
                    x.Message,
                    x.State,
                    x.Outcome,
                    x.SaidAt,
                    x.CreatedAt,
                }
            ),
        ];
}
