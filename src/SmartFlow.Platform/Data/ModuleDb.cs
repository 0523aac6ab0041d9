using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Users;

namespace SmartFlow.Platform.Data;

/// <summary>
/// The database of one module: a SQLite file or a PostgreSQL schema. Names are snake_case; a time is a bigint of
/// microseconds since 1970 in UTC, so that both databases sort, compare and store it alike.
/// </summary>
public abstract class ModuleDb(DbContextOptions options) : DbContext(options)
{
    public DbSet<OutboxMessage> Outbox => Set<OutboxMessage>();

    public DbSet<DeadLetter> DeadLetters => Set<DeadLetter>();

    public DbSet<IdempotentRequest> IdempotentRequests => Set<IdempotentRequest>();

    public DbSet<GoneUser> GoneUsers => Set<GoneUser>();

    /// <summary>The module's own tables.</summary>
    protected abstract void Configure(ModelBuilder model);

    protected sealed override void OnModelCreating(ModelBuilder modelBuilder)
    {
        ArgumentNullException.ThrowIfNull(modelBuilder);
        PlatformTables.Configure(modelBuilder);
        Configure(modelBuilder);
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            entity.SetTableName(SnakeCase.Of(entity.GetTableName() ?? entity.ClrType.Name));
            foreach (var property in entity.GetProperties())
                property.SetColumnName(SnakeCase.Of(property.Name));
        }
    }

    protected sealed override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        ArgumentNullException.ThrowIfNull(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMicrosConverter>();
        configurationBuilder.Properties<DateTimeOffset?>().HaveConversion<UnixMicrosConverter>();
        configurationBuilder.Properties<ulong>().HaveConversion<UlongConverter>();
        configurationBuilder.Properties<ulong?>().HaveConversion<UlongConverter>();
        configurationBuilder.Properties<Enum>().HaveConversion<string>();
    }

    private sealed class UnixMicrosConverter()
        : ValueConverter<DateTimeOffset, long>(v => UnixMicros.From(v), v => UnixMicros.ToTime(v));

    private sealed class UlongConverter() : ValueConverter<ulong, long>(v => checked((long)v), v => checked((ulong)v));
}

/// <summary>Microseconds since 1970-01-01 UTC: how times stand in the databases.</summary>
public static class UnixMicros
{
    public static long From(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / 10;

    public static DateTimeOffset ToTime(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * 10);

    /// <summary>The same time as a database keeps it.</summary>
    public static DateTimeOffset ToMicros(this DateTimeOffset time) => ToTime(From(time));

    /// <summary>Now as a database keeps it, so that what is answered is what is read later.</summary>
    public static DateTimeOffset MicrosNow(this TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        return clock.GetUtcNow().ToMicros();
    }
}
