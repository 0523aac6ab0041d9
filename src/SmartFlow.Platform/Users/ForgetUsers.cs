using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Platform.Users;

/// <summary>What a module deletes of a user, within a transaction.</summary>
/// <param name="db">The transaction's.</param>
/// <param name="userId">Whose account is deleted.</param>
/// <param name="again">It was done before: only what came late is there, and nothing that is dropped on its way
/// here.</param>
/// <param name="cancellationToken">Before the commit.</param>
public delegate Task UserDeletion<in TDb>(TDb db, ulong userId, bool again, CancellationToken cancellationToken)
    where TDb : ModuleDb;

/// <summary>Which event says that an account was deleted; its payload has a user_id.</summary>
/// <param name="Topic">Where it comes.</param>
/// <param name="Name">The event's.</param>
/// <param name="Group">The consumer's, one for each module.</param>
public sealed record DeletionEvent(string Topic, string Name, string Group);

/// <summary>A module's deletion of users, for whoever repeats it.</summary>
internal interface IForgets
{
    /// <summary>Forgets once more those who went since then.</summary>
    Task AgainAsync(DateTimeOffset since, CancellationToken cancellationToken);
}

/// <summary>
/// Consumes the event of a deleted account: the module's deletion and the note that the user is gone are one
/// transaction. Handling it twice changes nothing more.
/// </summary>
internal sealed class ForgetUsers<TDb>(
    DeletionEvent of,
    UserDeletion<TDb> forget,
    IWriter<TDb> writer,
    IDbContextFactory<TDb> databases,
    TimeProvider time
) : IConsumer, IForgets
    where TDb : ModuleDb
{
    private const int AgainMost = 1_000;

    public string Topic => of.Topic;

    public string Group => of.Group;

    public Task<IReadOnlyList<string?>> HandleAsync(
        IReadOnlyList<BusEvent> events,
        CancellationToken cancellationToken
    ) =>
        events.OneByOneAsync(happened =>
            happened.Name == of.Name
                ? ForgetAsync(EventJson.Read<Deleted>(happened.Payload).UserId, cancellationToken)
                : Task.CompletedTask
        );

    public Task BuryAsync(BusEvent poison, string reason, int attempts, CancellationToken cancellationToken) =>
        writer.BuryAsync(this, poison, reason, attempts, time.GetUtcNow(), cancellationToken);

    public async Task AgainAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var users = await db
            .GoneUsers.AsNoTracking()
            .Where(g => g.GoneAt >= since)
            .OrderByDescending(g => g.GoneAt)
            .Take(AgainMost)
            .Select(g => g.UserId)
            .ToListAsync(cancellationToken);
        foreach (var user in users)
            await ForgetAsync(user, cancellationToken);
    }

    private Task ForgetAsync(ulong user, CancellationToken cancellationToken) =>
        user is 0 or > long.MaxValue
            ? throw new PoisonException("The user is out of range.")
            : writer.SaveAsync(
                async (db, token) =>
                {
                    var again = await db.MarkGoneAsync(user, time.GetUtcNow(), token);
                    await forget(db, user, again, token);
                },
                cancellationToken
            );

    private sealed record Deleted
    {
        public required ulong UserId { get; init; }
    }
}

public static class ForgetRegistration
{
    /// <summary>Registers what the module deletes of a user whose account is deleted.</summary>
    public static void ForgetUsers<TDb>(
        this IHostApplicationBuilder builder,
        DeletionEvent of,
        Func<IServiceProvider, UserDeletion<TDb>> forget
    )
        where TDb : ModuleDb
    {
        ArgumentNullException.ThrowIfNull(builder);
        var services = builder.Services;
        services.AddSingleton(p => ActivatorUtilities.CreateInstance<ForgetUsers<TDb>>(p, of, forget(p)));
        services.AddSingleton<IConsumer>(p => p.GetRequiredService<ForgetUsers<TDb>>());
        services.AddSingleton<IForgets>(p => p.GetRequiredService<ForgetUsers<TDb>>());
        services.TryAddSingleton<ForgetAgain>();
        services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IHostedService, ForgetAgain>(p => p.GetRequiredService<ForgetAgain>())
        );
    }
}
