using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Doctor;

namespace SmartFlow.TokenStore;

/// <summary>
/// Whether there are price rules; reads them for those who look after it, as the host does when it serves.
/// </summary>
internal sealed class PriceRulesLook(PriceTable prices, IDbContextFactory<TokenStoreDb> databases, TimeProvider time)
    : IDoctorCheck
{
    public string Name => "price rules";

    public bool ReadsDatabases => true;

    public async IAsyncEnumerable<DoctorFinding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await prices.RefreshAsync(cancellationToken);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rules = await PriceTable.InForceFrom(db, time.GetUtcNow()).CountAsync(cancellationToken);
        yield return rules > 0
            ? DoctorFinding.Ok($"{rules} in force")
            : DoctorFinding.Error("there is none", "Add one under Operations → Prices: every call is refused without.");
    }
}
