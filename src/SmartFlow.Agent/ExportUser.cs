using Microsoft.EntityFrameworkCore;
using SmartFlow.Agent.Conversations;
using SmartFlow.Agent.Interactions;
using SmartFlow.Agent.Proposals;
using SmartFlow.Agent.Timeline;
using SmartFlow.Contracts.UserData;
using SmartFlow.Platform.Users;

namespace SmartFlow.Agent;

/// <summary>
/// Conversations with everything that was said and done in them, what waits for a word (its words stand among the
/// messages), and what other assistants proposed.
/// </summary>
internal sealed class ExportUser(IDbContextFactory<AgentDb> databases) : IUserData<UserDataOf.Agent>
{
    public IAsyncEnumerable<ExportPiece> ExportAsync(ExportRequest request, CancellationToken cancellationToken) =>
        Section<AgentDb>.ReadAsync(databases, Sections(request.UserId), ExportPiece.Of, cancellationToken);

    private static IReadOnlyList<Section<AgentDb>> Sections(ulong user) =>
        [
            Section<AgentDb>.Of<Conversation>(
                "conversations",
                db => db.Conversations.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.Title,
                    x.CreatedAt,
                    x.UpdatedAt,
                    x.ArchivedAt,
                    x.AlwaysAllow,
                    x.AllowedKinds,
                    x.TurnBudgetMicros,
                }
            ),
            Section<AgentDb>.Of<TimelineItem>(
                "messages",
                (db, last) =>
                {
                    var (conversation, seq) = (last?.ConversationId ?? 0, last?.Seq ?? 0);
                    return db
                        .Timeline.Where(x =>
                            db.Conversations.Any(c => c.Id == x.ConversationId && c.UserId == user)
                            && (x.ConversationId > conversation || (x.ConversationId == conversation && x.Seq > seq))
                        )
                        .OrderBy(x => x.ConversationId)
                        .ThenBy(x => x.Seq);
                },
                x => new
                {
                    x.ConversationId,
                    x.Seq,
                    x.Kind,
                    x.Text,
                    Payload = StoredJson.Of(x.Payload),
                    x.CreatedAt,
                }
            ),
            Section<AgentDb>.Of<Interaction>(
                "confirmations",
                db => db.Interactions.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.ConversationId,
                    x.State,
                    x.Tool,
                    x.Kind,
                    x.CreatedAt,
                    x.ExpiresAt,
                    x.ResolvedAt,
                    x.ExecutedAt,
                }
            ),
            Section<AgentDb>.Of<KeptProposal>(
                "proposals",
                db => db.Proposals.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.Assistant,
                    x.Tool,
                    Arguments = StoredJson.Of(x.Arguments),
                    x.Title,
                    x.Summary,
                    x.State,
                    x.CreatedAt,
                    x.ExpiresAt,
                    x.ResolvedAt,
                    x.ExecutedAt,
                }
            ),
        ];
}
