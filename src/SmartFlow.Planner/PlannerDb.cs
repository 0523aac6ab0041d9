using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Courses.Import;
using SmartFlow.Planner.Exchange;
using SmartFlow.Planner.QuickTasks;
using SmartFlow.Planner.QuickTasks.Repeating;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Schedule.Previews;
using SmartFlow.Planner.TaskClasses;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Data;

namespace SmartFlow.Planner;

/// <summary>The planner's tables.</summary>
internal sealed class PlannerDb(DbContextOptions<PlannerDb> options) : ModuleDb(options)
{
    public DbSet<QuickTask> QuickTasks => Set<QuickTask>();

    public DbSet<TaskSeries> TaskSeries => Set<TaskSeries>();

    public DbSet<TaskClass> TaskClasses => Set<TaskClass>();

    public DbSet<TaskItem> TaskItems => Set<TaskItem>();

    public DbSet<Term> Terms => Set<Term>();

    public DbSet<Course> Courses => Set<Course>();

    public DbSet<Arrangement> Arrangements => Set<Arrangement>();

    public DbSet<CoursePreview> CoursePreviews => Set<CoursePreview>();

    public DbSet<CourseImport> CourseImports => Set<CourseImport>();

    public DbSet<Placement> Placements => Set<Placement>();

    public DbSet<ScheduleChange> ScheduleChanges => Set<ScheduleChange>();

    public DbSet<PlanPreview> PlanPreviews => Set<PlanPreview>();

    public DbSet<UserHours> UserHours => Set<UserHours>();

    public DbSet<CalendarFeed> CalendarFeeds => Set<CalendarFeed>();

    protected override void Configure(ModelBuilder model)
    {
        ConfigureQuickTasks(model);
        SeriesTable.Configure(model);
        ClassTables.Configure(model);
        TermTables.Configure(model);
        CourseTables.Configure(model);
        ScheduleTables.Configure(model);
        FeedTables.Configure(model);
    }

    private static void ConfigureQuickTasks(ModelBuilder model) =>
        model.Entity<QuickTask>(e =>
        {
            e.ToTable("quick_tasks").HasKey(t => t.Id);
            e.Property(t => t.Version).IsConcurrencyToken();
            e.HasIndex(t => new
                {
                    t.UserId,
                    t.CompletedAt,
                    t.PriorityGroup,
                    t.DeadlineAt,
                })
                .HasDatabaseName("ix_quick_tasks_user");
            e.HasIndex(t => new { t.UserId, t.CreationKey })
                .IsUnique()
                .HasDatabaseName("ux_quick_tasks_creation_key")
                .HasFilter("creation_key IS NOT NULL");
            e.HasIndex(t => t.PromoteAt)
                .HasDatabaseName("ix_quick_tasks_promote_at")
                .HasFilter("promote_at IS NOT NULL AND completed_at IS NULL");
            e.HasIndex(t => new { t.PriorityGroup, t.Id })
                .HasDatabaseName("ix_quick_tasks_open")
                .HasFilter("completed_at IS NULL");
            e.HasIndex(t => t.SeriesId)
                .HasDatabaseName("ix_quick_tasks_series")
                .HasFilter("series_id IS NOT NULL AND completed_at IS NULL");
            e.HasIndex(t => t.DeadlineAt)
                .HasDatabaseName("ix_quick_tasks_deadline")
                .HasFilter("deadline_at IS NOT NULL AND completed_at IS NULL");
        });
}
