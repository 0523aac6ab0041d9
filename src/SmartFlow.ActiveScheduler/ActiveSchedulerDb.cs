using Microsoft.EntityFrameworkCore;
using SmartFlow.ActiveScheduler.Suggestions;
using SmartFlow.ActiveScheduler.Triggers;
using SmartFlow.Platform.Data;

namespace SmartFlow.ActiveScheduler;

/// <summary>What happened, what was suggested, and what a user does not want to hear of.</summary>
internal sealed class ActiveSchedulerDb(DbContextOptions<ActiveSchedulerDb> options) : ModuleDb(options)
{
    /// <summary>A suggestion that is made, waits or is carried out: one at a time for a matter.</summary>
    public const string Live = "state IN ('Choosing', 'Open', 'Confirming')";

    public DbSet<Trigger> Triggers => Set<Trigger>();

    public DbSet<Suggestion> Suggestions => Set<Suggestion>();

    public DbSet<Mute> Mutes => Set<Mute>();

    public DbSet<ScanLease> Leases => Set<ScanLease>();

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<Trigger>(e =>
        {
            e.ToTable("triggers").HasKey(t => t.Id);
            e.HasIndex(t => t.Key).IsUnique().HasDatabaseName("ux_triggers_key");
            e.HasIndex(t => t.DueAt).HasDatabaseName("ix_triggers_due").HasFilter("ended_at IS NULL");
            e.HasIndex(t => t.EndedAt).HasDatabaseName("ix_triggers_ended").HasFilter("ended_at IS NOT NULL");
        });
        model.Entity<Suggestion>(e =>
        {
            e.ToTable("suggestions").HasKey(s => s.Id);
            e.HasIndex(s => new { s.UserId, s.Matter })
                .IsUnique()
                .HasDatabaseName("ux_suggestions_live")
                .HasFilter(Live);
            e.HasIndex(s => new { s.UserId, s.Id }).HasDatabaseName("ix_suggestions_user");
            e.HasIndex(s => s.TriggerId).HasDatabaseName("ix_suggestions_trigger");
            e.HasIndex(s => s.EndedAt).HasDatabaseName("ix_suggestions_ended").HasFilter("ended_at IS NOT NULL");
            e.HasIndex(s => s.ExpiresAt).HasDatabaseName("ix_suggestions_expires").HasFilter(Live);
        });
        model.Entity<Mute>(e => e.ToTable("mutes").HasKey(m => new { m.UserId, m.Matter }));
        model.Entity<ScanLease>(e =>
        {
            e.ToTable("leases").HasKey(l => l.Name);
            e.Property(l => l.Name).ValueGeneratedNever();
        });
    }
}
