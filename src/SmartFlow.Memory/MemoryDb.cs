using Microsoft.EntityFrameworkCore;
using SmartFlow.Memory.Extracting;
using SmartFlow.Memory.Items;
using SmartFlow.Memory.Recalling;
using SmartFlow.Platform.Data;

namespace SmartFlow.Memory;

/// <summary>What is known, whose memory is on, and which turns were looked at.</summary>
internal sealed class MemoryDb(DbContextOptions<MemoryDb> options) : ModuleDb(options)
{
    public DbSet<MemoryItem> Items => Set<MemoryItem>();

    public DbSet<Owner> Owners => Set<Owner>();

    public DbSet<Look> Looks => Set<Look>();

    public DbSet<MemoryChange> Changes => Set<MemoryChange>();

    public DbSet<ItemVector> Vectors => Set<ItemVector>();

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<MemoryItem>(e =>
        {
            e.ToTable("memory_items").HasKey(i => i.Id);
            e.Ignore(i => i.Hours);
            e.HasIndex(i => new
                {
                    i.UserId,
                    i.Status,
                    i.UpdatedAt,
                })
                .HasDatabaseName("ix_memory_items_user");
            e.HasIndex(i => i.DeletedAt).HasDatabaseName("ix_memory_items_deleted").HasFilter("deleted_at IS NOT NULL");
            e.HasIndex(i => i.ExpiresAt).HasDatabaseName("ix_memory_items_expires").HasFilter("expires_at IS NOT NULL");
        });
        model.Entity<MemoryChange>(e =>
        {
            e.ToTable("memory_changes").HasKey(c => c.Id);
            e.HasOne<MemoryItem>()
                .WithMany()
                .HasForeignKey(c => c.ItemId)
                .OnDelete(DeleteBehavior.Cascade)
                .HasConstraintName("fk_memory_changes_item");
            e.HasIndex(c => new
                {
                    c.UserId,
                    c.ConversationId,
                    c.Id,
                })
                .HasDatabaseName("ix_memory_changes_conversation");
            e.HasIndex(c => c.ItemId).HasDatabaseName("ix_memory_changes_item");
            e.HasIndex(c => c.CreatedAt).HasDatabaseName("ix_memory_changes_created_at");
        });
        model.Entity<ItemVector>(e =>
        {
            e.ToTable("memory_vectors").HasKey(v => v.ItemId);
            e.Property(v => v.ItemId).ValueGeneratedNever();
            e.HasOne<MemoryItem>()
                .WithMany()
                .HasForeignKey(v => v.ItemId)
                .OnDelete(DeleteBehavior.Cascade)
                .HasConstraintName("fk_memory_vectors_item");
            e.HasIndex(v => new { v.UserId, v.Model }).HasDatabaseName("ix_memory_vectors_user");
        });
        model.Entity<Owner>(e =>
        {
            e.ToTable("memory_owners").HasKey(o => o.UserId);
            e.Property(o => o.UserId).ValueGeneratedNever();
        });
        model.Entity<Look>(e =>
        {
            e.ToTable("looks").HasKey(l => l.TurnId);
            e.HasIndex(l => l.DueAt).HasDatabaseName("ix_looks_due").HasFilter("state = 'Waiting'");
            e.HasIndex(l => l.CreatedAt).HasDatabaseName("ix_looks_created_at");
            e.HasIndex(l => l.UserId).HasDatabaseName("ix_looks_user");
        });
    }
}
