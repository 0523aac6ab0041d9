using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Data;

namespace SmartFlow.TokenStore.Operations;

/// <summary>Writes the operators' journal; see docs/decisions/0065-the-audit-log-is-a-table.md.</summary>
internal sealed class OperatorAudit(
    IDbContextFactory<TokenStoreDb> databases,
    IWriter<TokenStoreDb> writer,
    TimeProvider time
) : IOperatorAudit
{
    /// <summary>
    /// For a change by EF: the line is part of the caller's transaction, so that neither exists alone.
    /// </summary>
    public void Add(TokenStoreDb db, OperatorAction action) =>
        db.OperatorAudit.Add(OperatorAuditEntry.Of(action, time.GetUtcNow()));

    public Task RecordAsync(OperatorAction action) =>
        writer.SaveAsync(
            (db, _) =>
            {
                Add(db, action);
                return Task.CompletedTask;
            },
            CancellationToken.None
        );

    /// <summary>
    /// For a command of the ledger, after its commit. A process that dies in between leaves an entry without a line;
    /// the entry itself names the operator and the reason, and the operator's repeat with the same key adds the line
    /// here.
    /// </summary>
    public async Task RecordOnceAsync(OperatorAction action)
    {
        await using (var db = await databases.CreateDbContextAsync(CancellationToken.None))
            if (await db.OperatorAudit.AnyAsync(a => a.Subject == action.Subject && a.Action == action.Action))
                return;
        await RecordAsync(action);
    }
}
