using Microsoft.EntityFrameworkCore;

namespace SmartFlow.Planner.QuickTasks.Repeating;

internal static class SeriesTable
{
    public static void Configure(ModelBuilder model) =>
        model.Entity<TaskSeries>(e =>
        {
            e.ToTable("task_series").HasKey(s => s.Id);
            e.Property(s => s.Version).IsConcurrencyToken();
            e.HasIndex(s => s.UserId).HasDatabaseName("ix_task_series_user");
            e.HasIndex(s => s.NextAt).HasDatabaseName("ix_task_series_next_at").HasFilter("next_at IS NOT NULL");
        });
}
