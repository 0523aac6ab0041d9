using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Terms;

internal static class TermTables
{
    public static void Configure(ModelBuilder model) =>
        model.Entity<Term>(e =>
        {
            e.ToTable("terms").HasKey(t => t.Id);
            e.Ignore(t => t.LastDay);
            e.Property(t => t.ScheduleVersion).IsConcurrencyToken();
            e.Property(t => t.SectionTimes)
                .HasConversion(
                    Json<IReadOnlyList<SectionTime>>(),
                    new ValueComparer<IReadOnlyList<SectionTime>>((a, b) => a!.SequenceEqual(b!), v => v.Count, v => v)
                );
            e.Property(t => t.DaysOff)
                .HasConversion(
                    Json<DaysOff>(),
                    new ValueComparer<DaysOff>((a, b) => ReferenceEquals(a, b), v => v.Holidays.Count, v => v)
                );
            e.HasIndex(t => t.UserId).IsUnique().HasDatabaseName("ux_terms_current").HasFilter("is_current");
            e.HasIndex(t => new { t.UserId, t.FirstMonday }).HasDatabaseName("ix_terms_user");
        });

    private static ValueConverter<T, string> Json<T>() =>
        new(v => JsonSerializer.Serialize(v, WebJson.Options), v => JsonSerializer.Deserialize<T>(v, WebJson.Options)!);
}
