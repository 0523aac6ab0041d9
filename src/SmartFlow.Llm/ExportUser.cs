using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.UserData;
using SmartFlow.Platform.Users;

namespace SmartFlow.Llm;

/// <summary>
/// The calls of models, without what was asked and answered: a journal never holds it, and what is kept for repeats is
/// gone within a day.
/// </summary>
internal sealed class ExportUser(IDbContextFactory<LlmDb> databases) : IUserData<UserDataOf.Llm>
{
    public IAsyncEnumerable<ExportPiece> ExportAsync(ExportRequest request, CancellationToken cancellationToken) =>
        Section<LlmDb>.ReadAsync(databases, Sections((long)request.UserId), ExportPiece.Of, cancellationToken);

    private static IReadOnlyList<Section<LlmDb>> Sections(long user) =>
        [
            Section<LlmDb>.Of<LlmCall>(
                "calls",
                db => db.Calls.Where(x => x.UserId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.EventId,
                    x.Scene,
                    x.RequestId,
                    x.ConversationId,
                    x.ApiKeyId,
                    x.ModelAlias,
                    x.Stream,
                    x.State,
                    x.Outcome,
                    x.InputTokens,
                    x.OutputTokens,
                    x.CachedTokens,
                    x.CacheWriteTokens,
                    x.ReasoningTokens,
                    x.Estimated,
                    x.HoldMicros,
                    x.CreditMicros,
                    x.StartedAt,
                    x.SentAt,
                    x.FirstTokenAt,
                    x.FinishedAt,
                }
            ),
            Section<LlmDb>.Of<LlmResponse>(
                "responses",
                db => db.Responses.Where(x => x.UserId == user),
                x => x.Token,
                x => new
                {
                    x.CallId,
                    x.Deleted,
                    x.ExpiresAt,
                }
            ),
        ];
}
