using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.QuickTasks;
using SmartFlow.Planner.Schedule.Previews;
using SmartFlow.Planner.TaskClasses;

namespace SmartFlow.Planner.Schedule;

internal static class ScheduleTables
{
    /// <summary>
    /// The databases take a placement away with what it is for, and a deleted filler course leaves a plain block.
    /// </summary>
    public static void Configure(ModelBuilder model)
    {
        model.Entity<Placement>(e =>
        {
            e.ToTable("placements").HasKey(p => p.Id);
            e.Ignore(p => p.Subject);
            e.Ignore(p => p.At);
            e.HasOne<TaskItem>().WithMany().HasForeignKey(p => p.ItemId).OnDelete(DeleteBehavior.Cascade);
            e.HasOne<QuickTask>().WithMany().HasForeignKey(p => p.QuickTaskId).OnDelete(DeleteBehavior.Cascade);
            e.HasOne<Arrangement>().WithMany().HasForeignKey(p => p.ArrangementId).OnDelete(DeleteBehavior.SetNull);
            e.HasIndex(p => new { p.UserId, p.TermId }).HasDatabaseName("ix_placements_term");
            e.HasIndex(p => p.ItemId).IsUnique().HasDatabaseName("ux_placements_item");
            e.HasIndex(p => p.QuickTaskId).IsUnique().HasDatabaseName("ux_placements_quick_task");
            e.HasIndex(p => p.ArrangementId).HasDatabaseName("ix_placements_arrangement");
        });
        model.Entity<ScheduleChange>(e =>
        {
            e.ToTable("schedule_changes").HasKey(c => c.Id);
            e.HasIndex(c => new
                {
                    c.UserId,
                    c.TermId,
                    c.Id,
                })
                .HasDatabaseName("ix_schedule_changes_user");
            e.HasIndex(c => new { c.UserId, c.CreationKey })
                .IsUnique()
                .HasDatabaseName("ux_schedule_changes_creation_key")
                .HasFilter("creation_key IS NOT NULL");
        });
        model.Entity<UserHours>(e =>
        {
            e.ToTable("user_hours").HasKey(h => h.UserId);
            e.Property(h => h.UserId).ValueGeneratedNever();
        });
        model.Entity<PlanPreview>(e =>
        {
            e.ToTable("plan_previews").HasKey(p => p.Id);
            e.Property(p => p.Revision).IsConcurrencyToken();
            e.HasIndex(p => new { p.UserId, p.CreatedAt }).HasDatabaseName("ix_plan_previews_user");
            e.HasIndex(p => p.ExpiresAt).HasDatabaseName("ix_plan_previews_expires_at");
        });
    }
}
