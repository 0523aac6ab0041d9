using Microsoft.EntityFrameworkCore;

namespace SmartFlow.Planner.TaskClasses;

internal static class ClassTables
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<TaskClass>(e =>
        {
            e.ToTable("task_classes").HasKey(c => c.Id);
            e.Property(c => c.Version).IsConcurrencyToken();
            e.HasIndex(c => new { c.UserId, c.EndDate }).HasDatabaseName("ix_task_classes_user");
            e.HasIndex(c => new { c.UserId, c.CreationKey })
                .IsUnique()
                .HasDatabaseName("ux_task_classes_creation_key")
                .HasFilter("creation_key IS NOT NULL");
        });
        model.Entity<TaskItem>(e =>
        {
            e.ToTable("task_items").HasKey(i => i.Id);
            e.HasIndex(i => new { i.TaskClassId, i.Position }).HasDatabaseName("ix_task_items_class");
            e.HasIndex(i => new { i.UserId, i.Status }).HasDatabaseName("ix_task_items_user");
            e.HasIndex(i => i.DeadlineAt)
                .HasDatabaseName("ix_task_items_deadline")
                .HasFilter("deadline_at IS NOT NULL AND done_at IS NULL");
        });
    }
}
