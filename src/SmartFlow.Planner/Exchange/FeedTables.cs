using Microsoft.EntityFrameworkCore;

namespace SmartFlow.Planner.Exchange;

internal static class FeedTables
{
    public static void Configure(ModelBuilder model) =>
        model.Entity<CalendarFeed>(e =>
        {
            e.ToTable("calendar_feeds").HasKey(f => f.UserId);
            e.Property(f => f.UserId).ValueGeneratedNever();
            e.HasIndex(f => f.TokenHash).IsUnique().HasDatabaseName("ux_calendar_feeds_token");
        });
}
