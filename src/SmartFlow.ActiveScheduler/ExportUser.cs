using Microsoft.EntityFrameworkCore;
using SmartFlow.ActiveScheduler.Suggestions;
using SmartFlow.ActiveScheduler.Triggers;
using SmartFlow.Contracts.UserData;
using SmartFlow.Platform.Users;

namespace SmartFlow.ActiveScheduler;

/// <summary>What happened, what was suggested, and what the user does not want to hear of.</summary>
internal sealed class ExportUser(IDbContextFactory<ActiveSchedulerDb> databases) : IUserData<UserDataOf.ActiveScheduler>
{
    public IAsyncEnumerable<ExportPiece> ExportAsync(ExportRequest request, CancellationToken cancellationToken) =>
        Section<ActiveSchedulerDb>.ReadAsync(databases, Sections(request.UserId), ExportPiece.Of, cancellationToken);

    private static IReadOnlyList<Section<ActiveSchedulerDb>> Sections(ulong user) =>
        [
            Section<ActiveSchedulerDb>.Of<Trigger>(
                "triggers",
                db => db.Triggers.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.Kind,
                    x.Matter,
                    Subject = StoredJson.Of(x.Subject),
                    x.Outcome,
                    x.CreatedAt,
                    x.EndedAt,
                }
            ),
            Section<ActiveSchedulerDb>.Of<Suggestion>(
                "suggestions",
                db => db.Suggestions.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.Kind,
                    x.Matter,
                    x.Title,
                    x.Language,
                    x.State,
                    Candidates = StoredJson.Of(x.Candidates),
                    x.Recommended,
                    x.ChosenBy,
                    x.Explanation,
                    x.CreditMicros,
                    x.Picked,
                    x.CreatedAt,
                    x.ExpiresAt,
                    x.PickedAt,
                    x.EndedAt,
                }
            ),
            Section<ActiveSchedulerDb>.Of<Mute>(
                "mutes",
                db => db.Mutes.Where(x => x.UserId == user),
                x => x.Matter,
                x => new
                {
                    x.Matter,
                    x.Until,
                    x.Mark,
                }
            ),
        ];
}
