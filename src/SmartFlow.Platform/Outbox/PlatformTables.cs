using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.EntityFrameworkCore.Migrations.Operations;
using Microsoft.EntityFrameworkCore.Migrations.Operations.Builders;
using SmartFlow.Platform.Users;

namespace SmartFlow.Platform.Outbox;

/// <summary>An event of this module, written in the transaction that changed the state.</summary>
public sealed class OutboxMessage
{
    public long Id { get; set; }

    /// <summary>Unique for ever; the consumer's dedupe key.</summary>
    public required string EventId { get; set; }

    public required string Name { get; set; }

    /// <summary>The partition key: the user id.</summary>
    public required string Key { get; set; }

    /// <summary>JSON, snake_case.</summary>
    public required byte[] Payload { get; set; }

    /// <summary>W3C traceparent of the writer, or empty.</summary>
    public string Traceparent { get; set; } = "";

    public DateTimeOffset CreatedAt { get; set; }
}

/// <summary>An event that a consumer could not handle; kept until an operator requeues it.</summary>
public sealed class DeadLetter
{
    public long Id { get; set; }

    public required string Topic { get; set; }

    public required string Consumer { get; set; }

    public required string EventId { get; set; }

    public required string Name { get; set; }

    public required string Key { get; set; }

    public required byte[] Payload { get; set; }

    public required string Reason { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset FailedAt { get; set; }

    public DateTimeOffset? RequeuedAt { get; set; }
}

/// <summary>An answer kept for repeats with the same Idempotency-Key.</summary>
public sealed class IdempotentRequest
{
    public ulong UserId { get; set; }

    public required string Route { get; set; }

    public required string Key { get; set; }

    public required byte[] BodyHash { get; set; }

    /// <summary>0 while the first request runs.</summary>
    public int Status { get; set; }

    public byte[]? Body { get; set; }

    public string? ContentType { get; set; }

    public string? Location { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>A request that still runs by then is taken to have died.</summary>
    public DateTimeOffset RunsUntil { get; set; }
}

internal static class PlatformTables
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<OutboxMessage>(e =>
        {
            e.ToTable("outbox_messages").HasKey(m => m.Id);
            e.HasIndex(m => m.EventId).IsUnique().HasDatabaseName("ux_outbox_messages_event_id");
        });
        model.Entity<DeadLetter>(e =>
        {
            e.ToTable("dead_letters").HasKey(m => m.Id);
            e.HasIndex(m => new { m.Consumer, m.EventId }).IsUnique().HasDatabaseName("ux_dead_letters_event");
        });
        model.Entity<IdempotentRequest>(e =>
        {
            e.ToTable("idempotent_requests")
                .HasKey(m => new
                {
                    m.UserId,
                    m.Route,
                    m.Key,
                });
            e.HasIndex(m => m.CreatedAt).HasDatabaseName("ix_idempotent_requests_created_at");
        });
        model.Entity<GoneUser>(e =>
        {
            e.ToTable("gone_users").HasKey(g => g.UserId);
            e.Property(g => g.UserId).ValueGeneratedNever();
            e.HasIndex(g => g.GoneAt).HasDatabaseName("ix_gone_users_gone_at");
        });
    }
}

/// <summary>For the first migration of each module.</summary>
public static class PlatformTablesMigration
{
    /// <summary>Creates outbox_messages, dead_letters and idempotent_requests.</summary>
    public static void CreatePlatformTables(this MigrationBuilder migration)
    {
        ArgumentNullException.ThrowIfNull(migration);
        migration.CreateTable(
            "outbox_messages",
            t => new
            {
                id = t.Identity(),
                event_id = t.Column<string>(maxLength: 600),
                name = t.Column<string>(maxLength: 100),
                key = t.Column<string>(maxLength: 100),
                payload = t.Column<byte[]>(),
                traceparent = t.Column<string>(maxLength: 64),
                created_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_outbox_messages", x => x.id)
        );
        migration.CreateIndex("ux_outbox_messages_event_id", "outbox_messages", "event_id", unique: true);
        migration.CreateTable(
            "dead_letters",
            t => new
            {
                id = t.Identity(),
                topic = t.Column<string>(maxLength: 100),
                consumer = t.Column<string>(maxLength: 100),
                event_id = t.Column<string>(maxLength: 600),
                name = t.Column<string>(maxLength: 100),
                key = t.Column<string>(maxLength: 100),
                payload = t.Column<byte[]>(),
                reason = t.Column<string>(maxLength: 4000),
                attempts = t.Column<int>(),
                failed_at = t.Column<long>(),
                requeued_at = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_dead_letters", x => x.id)
        );
        migration.CreateIndex("ux_dead_letters_event", "dead_letters", ["consumer", "event_id"], unique: true);
        migration.CreateTable(
            "idempotent_requests",
            t => new
            {
                user_id = t.Column<long>(),
                route = t.Column<string>(maxLength: 200),
                key = t.Column<string>(maxLength: 255),
                body_hash = t.Column<byte[]>(),
                status = t.Column<int>(),
                body = t.Column<byte[]>(nullable: true),
                content_type = t.Column<string>(maxLength: 100, nullable: true),
                location = t.Column<string>(maxLength: 500, nullable: true),
                created_at = t.Column<long>(),
                runs_until = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_idempotent_requests", x => new
                {
                    x.user_id,
                    x.route,
                    x.key,
                })
        );
    }

    /// <summary>
    /// The first migration made it in earlier versions; nobody has ever written to it: effects have keys of their own.
    /// </summary>
    public static void DropHandledEvents(this MigrationBuilder migration)
    {
        ArgumentNullException.ThrowIfNull(migration);
        migration.Sql("DROP TABLE IF EXISTS handled_events");
    }

    /// <summary>Clean-ups ask for the oldest.</summary>
    public static void IndexIdempotentRequests(this MigrationBuilder migration)
    {
        ArgumentNullException.ThrowIfNull(migration);
        migration.CreateIndex("ix_idempotent_requests_created_at", "idempotent_requests", "created_at");
    }

    /// <summary>
    /// A generated key on both databases: AUTOINCREMENT, or identity by default without a sequence cache.
    /// </summary>
    public static OperationBuilder<AddColumnOperation> Identity(this ColumnsBuilder table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return table
            .Column<long>()
            .Annotation("Sqlite:Autoincrement", true)
            .Annotation(
                "Npgsql:ValueGenerationStrategy",
                Npgsql.EntityFrameworkCore.PostgreSQL.Metadata.NpgsqlValueGenerationStrategy.IdentityByDefaultColumn
            );
    }
}
