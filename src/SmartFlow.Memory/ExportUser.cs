using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.UserData;
using SmartFlow.Memory.Extracting;
using SmartFlow.Memory.Items;
using SmartFlow.Platform.Users;

namespace SmartFlow.Memory;

/// <summary>What is known of the user, whether that is on, and which turns were looked at.</summary>
internal sealed class ExportUser(IDbContextFactory<MemoryDb> databases) : IUserData<UserDataOf.Memory>
{
    public IAsyncEnumerable<ExportPiece> ExportAsync(ExportRequest request, CancellationToken cancellationToken) =>
        Section<MemoryDb>.ReadAsync(databases, Sections(request.UserId), ExportPiece.Of, cancellationToken);

    private static IReadOnlyList<Section<MemoryDb>> Sections(ulong user) =>
    [
        Section<MemoryDb>.Of<Owner>(
            "settings", (db, last) => db.Owners.Where(x => x.UserId == user && last == null).OrderBy(x => x.UserId), x => new { x.Enabled, x.OnSince }),
        Section<MemoryDb>.Of<MemoryItem>(
            "memories",
            (db, last) =>
            {
                var from = last?.Id ?? 0;
                return db.Items.Where(x => x.UserId == user && x.Id > from).OrderBy(x => x.Id);
            },
            x => new
            {
                x.Id, x.Type, x.Title, x.Content, x.Confidence, x.Importance, x.Explicit, x.Status, Hours = x.Hours is { } hours ? MemoryHours.Of(hours) : null,
                x.ConversationId, x.TurnId, x.ExpiresAt, x.CreatedAt, x.UpdatedAt, x.DeletedAt,
            }),
        Section<MemoryDb>.Of<Look>(
            "turns",
            (db, last) =>
            {
                var from = last?.TurnId ?? "";
                return db.Looks.Where(x => x.UserId == user && string.Compare(x.TurnId, from) > 0).OrderBy(x => x.TurnId);
            },
            x => new { x.TurnId, x.ConversationId, x.Message, x.State, x.Outcome, x.SaidAt, x.CreatedAt }),
    ];
}
