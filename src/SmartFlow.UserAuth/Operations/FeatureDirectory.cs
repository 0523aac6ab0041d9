using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.UserAuth;
using SmartFlow.Platform.Features;

namespace SmartFlow.UserAuth.Operations;

/// <summary>A switch that an operator has set; those that nobody touched have no row.</summary>
internal sealed class FeatureSwitch
{
    /// <summary>One of <see cref="Feature"/>.</summary>
    public required string Name { get; set; }

    public bool IsOn { get; set; }

    public DateTimeOffset ChangedAt { get; set; }
}

/// <summary>The switches where they are kept.</summary>
internal sealed class FeatureDirectory(IDbContextFactory<UserAuthDb> databases) : IFeatureDirectory
{
    public async Task<IReadOnlyDictionary<string, bool>> ReadAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Features.AsNoTracking().ToDictionaryAsync(f => f.Name, f => f.IsOn, cancellationToken);
    }
}

/// <summary>Asks the process that hosts the users.</summary>
internal sealed class RemoteFeatures(IUserAuth users) : IFeatureDirectory
{
    public async Task<IReadOnlyDictionary<string, bool>> ReadAsync(CancellationToken cancellationToken) =>
        (await users.GetFeaturesAsync(new GetFeaturesRequest(), cancellationToken)).Switches;
}
