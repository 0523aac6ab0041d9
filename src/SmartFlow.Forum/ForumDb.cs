using Microsoft.EntityFrameworkCore;
using SmartFlow.Forum.Authors;
using SmartFlow.Forum.Comments;
using SmartFlow.Forum.Imports;
using SmartFlow.Forum.Likes;
using SmartFlow.Forum.Posts;
using SmartFlow.Forum.Reports;
using SmartFlow.Platform.Data;

namespace SmartFlow.Forum;

/// <summary>
/// The plaza's tables; the search index beside them (<see cref="Search.PostSearch"/>) is each database's own.
/// </summary>
internal sealed class ForumDb(DbContextOptions<ForumDb> options) : ModuleDb(options)
{
    public DbSet<Post> Posts => Set<Post>();

    public DbSet<PostPlan> Plans => Set<PostPlan>();

    public DbSet<PostTag> PostTags => Set<PostTag>();

    public DbSet<Tag> Tags => Set<Tag>();

    public DbSet<PostLike> Likes => Set<PostLike>();

    public DbSet<PostImport> Imports => Set<PostImport>();

    public DbSet<Comment> Comments => Set<Comment>();

    public DbSet<PostReport> Reports => Set<PostReport>();

    public DbSet<Member> Members => Set<Member>();

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<Post>(e =>
        {
            e.ToTable("posts").HasKey(p => p.Id);
            e.HasIndex(p => new { p.PlanHash, p.AuthorId })
                .IsUnique()
                .HasDatabaseName("ux_posts_plan")
                .HasFilter("deleted_at IS NULL AND plan_hash IS NOT NULL");
        });
        model.Entity<PostPlan>(e =>
        {
            e.ToTable("post_plans").HasKey(p => p.PostId);
            e.Property(p => p.PostId).ValueGeneratedNever();
        });
        model.Entity<PostTag>().ToTable("post_tags").HasKey(t => new { t.PostId, t.Position });
        model.Entity<Tag>().ToTable("tags").HasKey(t => t.Key);
        model.Entity<PostLike>().ToTable("post_likes").HasKey(l => new { l.PostId, l.UserId });
        model.Entity<PostImport>().ToTable("post_imports").HasKey(i => new { i.PostId, i.UserId });
        model.Entity<Comment>().ToTable("comments").HasKey(c => c.Id);
        model.Entity<PostReport>().ToTable("post_reports").HasKey(r => new { r.PostId, r.UserId });
        model.Entity<Member>(e =>
        {
            e.ToTable("members").HasKey(m => m.UserId);
            e.Property(m => m.UserId).ValueGeneratedNever();
        });
    }
}
