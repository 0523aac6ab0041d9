using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;

namespace SmartFlow.Notification;

/// <summary>The in-app centre.</summary>
internal sealed class NotificationDb(DbContextOptions<NotificationDb> options) : ModuleDb(options)
{
    public DbSet<Notice> Notices => Set<Notice>();

    protected override void Configure(ModelBuilder model) => model.Entity<Notice>(e =>
    {
        e.ToTable("notifications").HasKey(n => n.Id);
        e.HasIndex(n => n.EventId).IsUnique().HasDatabaseName("ux_notifications_event_id");
        e.HasIndex(n => new { n.UserId, n.Id }).HasDatabaseName("ix_notifications_user");
        e.HasIndex(n => n.CreatedAt).HasDatabaseName("ix_notifications_created_at");
    });
}

/// <summary>Something that a user is told once. What it says in words is the page's: kind and numbers are enough.</summary>
internal sealed class Notice
{
    public long Id { get; set; }

    public long UserId { get; set; }

    /// <summary>The event that it tells of.</summary>
    public required string EventId { get; set; }

    /// <summary>The name of that event.</summary>
    public required string Kind { get; set; }

    /// <summary>The event's payload, JSON.</summary>
    public required string Data { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset? ReadAt { get; set; }
}
