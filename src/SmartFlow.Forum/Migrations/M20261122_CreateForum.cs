using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Forum.Migrations;

[DbContext(typeof(ForumDb))]
[Migration("20261122000090_CreateForum")]
internal sealed class M20261122_CreateForum : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreatePlatformTables();
        CreatePosts(migrationBuilder);
        CreateTags(migrationBuilder);
        CreateDeeds(migrationBuilder);
        CreateComments(migrationBuilder);
        CreateSearch(migrationBuilder);
    }

    private static void CreatePosts(MigrationBuilder migration)
    {
        migration.CreateTable(
            "posts",
            t => new
            {
                id = t.Identity(),
                author_id = t.Column<long>(),
                title = t.Column<string>(maxLength: 640),
                summary = t.Column<string>(maxLength: 4_800),
                task_class_id = t.Column<long>(),
                items = t.Column<int>(),
                sections = t.Column<int>(),
                days = t.Column<int>(),
                plan_revision = t.Column<int>(),
                plan_hash = t.Column<byte[]>(nullable: true),
                like_count = t.Column<int>(),
                import_count = t.Column<int>(),
                comment_count = t.Column<int>(),
                created_at = t.Column<long>(),
                edited_at = t.Column<long>(nullable: true),
                deleted_at = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_posts", x => x.id));
        migration.CreateIndex(
            "ux_posts_plan", "posts", ["plan_hash", "author_id"], unique: true, filter: "deleted_at IS NULL AND plan_hash IS NOT NULL");
        const string live = "deleted_at IS NULL";
        migration.CreateIndex("ix_posts_latest", "posts", "id", filter: live);
        migration.CreateIndex("ix_posts_likes", "posts", ["like_count", "id"], filter: live);
        migration.CreateIndex("ix_posts_imports", "posts", ["import_count", "id"], filter: live);
        migration.CreateIndex("ix_posts_author", "posts", ["author_id", "id"]);
        migration.CreateTable(
            "post_plans",
            t => new { post_id = t.Column<long>(), plan = t.Column<string>() },
            constraints: t => t.PrimaryKey("pk_post_plans", x => x.post_id));
    }

    private static void CreateTags(MigrationBuilder migration)
    {
        migration.CreateTable(
            "post_tags",
            t => new
            {
                post_id = t.Column<long>(),
                position = t.Column<int>(),
                key = t.Column<string>(maxLength: 192),
                name = t.Column<string>(maxLength: 192),
            },
            constraints: t => t.PrimaryKey("pk_post_tags", x => new { x.post_id, x.position }));
        migration.CreateTable(
            "tags",
            t => new { key = t.Column<string>(maxLength: 192), name = t.Column<string>(maxLength: 192), posts = t.Column<int>() },
            constraints: t => t.PrimaryKey("pk_tags", x => x.key));
        migration.CreateIndex("ix_tags_posts", "tags", ["posts", "key"]);
    }

    private static void CreateDeeds(MigrationBuilder migration)
    {
        migration.CreateTable(
            "post_likes",
            t => new { post_id = t.Column<long>(), user_id = t.Column<long>(), liked = t.Column<bool>(), first_at = t.Column<long>() },
            constraints: t => t.PrimaryKey("pk_post_likes", x => new { x.post_id, x.user_id }));
        migration.CreateIndex("ix_post_likes_user", "post_likes", ["user_id", "post_id"]);
        migration.CreateTable(
            "post_imports",
            t => new
            {
                post_id = t.Column<long>(),
                user_id = t.Column<long>(),
                plan_revision = t.Column<int>(),
                task_class_id = t.Column<long>(nullable: true),
                asked = t.Column<byte[]>(nullable: true),
                asked_revision = t.Column<int>(),
                started_at = t.Column<long>(),
                imported_at = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_post_imports", x => new { x.post_id, x.user_id }));
        migration.CreateIndex("ix_post_imports_user", "post_imports", ["user_id", "started_at"]);
        migration.CreateTable(
            "post_reports",
            t => new
            {
                post_id = t.Column<long>(),
                user_id = t.Column<long>(),
                reason = t.Column<string>(maxLength: 20),
                note = t.Column<string>(maxLength: 3_200),
                created_at = t.Column<long>(),
                closed_at = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_post_reports", x => new { x.post_id, x.user_id }));
        migration.CreateIndex("ix_post_reports_user", "post_reports", ["user_id", "created_at"]);
        migration.CreateIndex("ix_post_reports_open", "post_reports", "created_at", filter: "closed_at IS NULL");
        migration.CreateTable(
            "members",
            t => new { user_id = t.Column<long>(), name = t.Column<string>(maxLength: 200), updated_at = t.Column<long>() },
            constraints: t => t.PrimaryKey("pk_members", x => x.user_id));
    }

    private static void CreateComments(MigrationBuilder migration)
    {
        migration.CreateTable(
            "comments",
            t => new
            {
                id = t.Identity(),
                post_id = t.Column<long>(),
                root_id = t.Column<long>(nullable: true),
                parent_id = t.Column<long>(nullable: true),
                depth = t.Column<int>(),
                author_id = t.Column<long>(),
                content = t.Column<string>(maxLength: 8_000),
                reply_count = t.Column<int>(),
                created_at = t.Column<long>(),
                deleted_at = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_comments", x => x.id));
        // Roots that show: those that stand, and deleted ones that still hold replies together.
        migration.CreateIndex(
            "ix_comments_roots", "comments", ["post_id", "id"], filter: "root_id IS NULL AND (deleted_at IS NULL OR reply_count > 0)");
        migration.CreateIndex("ix_comments_replies", "comments", ["root_id", "id"], filter: "root_id IS NOT NULL");
        migration.CreateIndex("ix_comments_author", "comments", ["author_id", "id"]);
    }

    // Named like a table of EF's own bookkeeping: it is no entity, and each database has another kind of it.
    private static void CreateSearch(MigrationBuilder migration)
    {
        if (migration.ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite")
        {
            migration.Sql("""
                CREATE VIRTUAL TABLE __post_search USING fts5(
                    terms, content = '', contentless_delete = 1, detail = none, tokenize = "unicode61 remove_diacritics 0 tokenchars '_#'")
                """);
            return;
        }
        migration.Sql("CREATE TABLE __post_search (post_id bigint PRIMARY KEY, terms tsvector NOT NULL)");
        // Without the pending list: a post is written once and searched for ever.
        migration.Sql("CREATE INDEX ix_post_search_terms ON __post_search USING gin (terms) WITH (fastupdate = off)");
    }
}
