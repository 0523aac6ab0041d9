using Microsoft.EntityFrameworkCore;
using SmartFlow.Notification.Channels;
using SmartFlow.Notification.Delivering;
using SmartFlow.Notification.Preferences;
using SmartFlow.Platform.Data;

namespace SmartFlow.Notification;

/// <summary>The in-app centre, and what leaves it.</summary>
internal sealed class NotificationDb(DbContextOptions<NotificationDb> options) : ModuleDb(options)
{
    public DbSet<Notice> Notices => Set<Notice>();

    public DbSet<Preference> Preferences => Set<Preference>();

    public DbSet<Channel> Channels => Set<Channel>();

    public DbSet<Delivery> Deliveries => Set<Delivery>();

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<Notice>(e =>
        {
            e.ToTable("notifications").HasKey(n => n.Id);
            e.HasIndex(n => n.EventId).IsUnique().HasDatabaseName("ux_notifications_event_id");
            e.HasIndex(n => new { n.UserId, n.Id }).HasDatabaseName("ix_notifications_user");
            e.HasIndex(n => n.CreatedAt).HasDatabaseName("ix_notifications_created_at");
        });
        model.Entity<Preference>(e =>
        {
            e.ToTable("preferences").HasKey(p => p.UserId);
            e.Property(p => p.UserId).ValueGeneratedNever();
            e.HasIndex(p => p.OutlookAt).HasDatabaseName("ix_preferences_outlook").HasFilter("outlook_at IS NOT NULL");
        });
        model.Entity<Channel>(e =>
        {
            e.ToTable("channels").HasKey(c => c.Id);
            e.HasIndex(c => new { c.UserId, c.AddressHash }).IsUnique().HasDatabaseName("ux_channels_address");
        });
        model.Entity<Delivery>(e =>
        {
            e.ToTable("deliveries").HasKey(d => d.Id);
            e.HasOne<Notice>().WithMany().HasForeignKey(d => d.NoticeId).OnDelete(DeleteBehavior.Cascade);
            e.HasIndex(d => new { d.NoticeId, d.ChannelId }).IsUnique().HasDatabaseName("ux_deliveries_notice");
            e.HasIndex(d => d.DueAt).HasDatabaseName("ix_deliveries_due").HasFilter("state = 'Waiting'");
        });
    }
}

/// <summary>
/// Something that a user is told once. What it says in words is the page's: kind and numbers are enough.
/// </summary>
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
