using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace SmartFlow.TokenStore;

/// <summary>
/// On user.deleted: the books stay under the number, with their sums, keys and seals, so that a charge of a call in
/// flight is still booked once. What names the person goes: who was welcomed by name and address (the grants still
/// count against the caps of their day), and what the user wanted to be told.
/// </summary>
internal static class ForgetUser
{
    public const string Group = "smartflow-token-store-user-deleted-consumer";
    private const string Gone = "gone ";

    public static async Task RunAsync(TokenStoreDb db, ulong user, bool again, CancellationToken cancellationToken)
    {
        var id = (long)user;
        await db.Alerts.Where(a => a.AccountId == id).ExecuteDeleteAsync(cancellationToken);
        var named = await db
            .WelcomeGrants.AsNoTracking()
            .Where(w => w.AccountId == id && !w.Subject.StartsWith(Gone))
            .Select(w => w.Subject)
            .Order()
            .ToListAsync(cancellationToken);
        for (var i = 0; i < named.Count; i++)
        {
            // With a blank, which no name and no address has.
            var (subject, number) = (named[i], string.Create(CultureInfo.InvariantCulture, $"{Gone}{id} {i}"));
            await db.Database.ExecuteSqlAsync(
                $"UPDATE credit_welcome_grants SET subject = {number} WHERE subject = {subject} AND account_id = {id}",
                cancellationToken
            );
        }
    }
}
