using Microsoft.EntityFrameworkCore;
using SmartFlow.Agent.Conversations;
using SmartFlow.Agent.Interactions;
using SmartFlow.Agent.Proposals;
using SmartFlow.Agent.Rounds;
using SmartFlow.Agent.Timeline;
using SmartFlow.Agent.Turns;
using SmartFlow.Platform.Data;

namespace SmartFlow.Agent;

/// <summary>Conversations, what was said in them, and what waits for a person's word.</summary>
internal sealed class AgentDb(DbContextOptions<AgentDb> options) : ModuleDb(options)
{
    public DbSet<Conversation> Conversations => Set<Conversation>();

    public DbSet<TimelineItem> Timeline => Set<TimelineItem>();

    public DbSet<Turn> Turns => Set<Turn>();

    public DbSet<Interaction> Interactions => Set<Interaction>();

    public DbSet<Round> Rounds => Set<Round>();

    public DbSet<KeptProposal> Proposals => Set<KeptProposal>();

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<Conversation>(e =>
        {
            e.ToTable("conversations").HasKey(c => c.Id);
            e.HasIndex(c => new { c.UserId, c.UpdatedAt }).HasDatabaseName("ix_conversations_user");
        });
        model.Entity<TimelineItem>().ToTable("timeline_items").HasKey(i => new { i.ConversationId, i.Seq });
        model.Entity<Turn>(e =>
        {
            e.ToTable("turns").HasKey(t => t.Id);
            e.HasIndex(t => t.ConversationId).HasDatabaseName("ix_turns_conversation");
            e.HasIndex(t => new { t.UserId, t.ClientKey })
                .IsUnique()
                .HasDatabaseName("ux_turns_client_key")
                .HasFilter("client_key IS NOT NULL");
        });
        model.Entity<Round>(e =>
        {
            e.ToTable("rounds").HasKey(r => new { r.ThreadId, r.Number });
            e.HasIndex(r => r.ConversationId).HasDatabaseName("ix_rounds_conversation");
        });
        model.Entity<Interaction>(e =>
        {
            e.ToTable("interactions").HasKey(i => i.Id);
            e.HasIndex(i => i.ConversationId).HasDatabaseName("ix_interactions_conversation");
        });
        model.Entity<KeptProposal>(e =>
        {
            e.ToTable("proposals").HasKey(p => p.Id);
            e.HasIndex(p => new { p.UserId, p.Id }).HasDatabaseName("ix_proposals_user");
            e.HasIndex(p => new { p.KeyId, p.CallKey })
                .IsUnique()
                .HasDatabaseName("ux_proposals_call")
                .HasFilter("call_key IS NOT NULL");
        });
    }
}
