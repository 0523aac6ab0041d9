using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.UserAuth.Operations;
using SmartFlow.UserAuth.Recovery;

namespace SmartFlow.UserAuth;

/// <summary>Users, their roles, sessions, API keys and the links that were sent to them.</summary>
public sealed class UserAuthDb(DbContextOptions<UserAuthDb> options) : ModuleDb(options)
{
    internal DbSet<User> Users => Set<User>();

    internal DbSet<UserRole> Roles => Set<UserRole>();

    internal DbSet<Session> Sessions => Set<Session>();

    internal DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();

    internal DbSet<ApiKey> ApiKeys => Set<ApiKey>();

    internal DbSet<AccountLink> Links => Set<AccountLink>();

    internal DbSet<FeatureSwitch> Features => Set<FeatureSwitch>();

    protected override void Configure(ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.Entity<User>(e =>
        {
            e.ToTable("users").HasKey(u => u.Id);
            e.HasIndex(u => u.NormalisedName).IsUnique().HasDatabaseName("ux_users_normalised_name");
            e.HasIndex(u => u.DisplayLook).IsUnique().HasDatabaseName("ux_users_display_look");
            e.HasIndex(u => u.VerifiedEmail).HasDatabaseName("ix_users_verified_email");
        });
        model.Entity<UserRole>(e =>
        {
            e.ToTable("user_roles").HasKey(r => new { r.UserId, r.Role });
            e.HasOne<User>().WithMany(u => u.Roles).HasForeignKey(r => r.UserId);
        });
        model.Entity<Session>(e =>
        {
            e.ToTable("sessions").HasKey(s => s.Id);
            e.HasOne(s => s.User).WithMany().HasForeignKey(s => s.UserId);
            e.HasIndex(s => s.UserId).HasDatabaseName("ix_sessions_user_id");
            e.HasIndex(s => s.ExpiresAt).HasDatabaseName("ix_sessions_expires_at");
        });
        model.Entity<RefreshToken>(e =>
        {
            e.ToTable("refresh_tokens").HasKey(t => t.Hash);
            e.HasOne(t => t.Session).WithMany().HasForeignKey(t => t.SessionId);
            e.HasIndex(t => t.SessionId).HasDatabaseName("ix_refresh_tokens_session_id");
            e.HasIndex(t => t.ExpiresAt).HasDatabaseName("ix_refresh_tokens_expires_at");
        });
        model.Entity<ApiKey>(e =>
        {
            e.ToTable("api_keys").HasKey(k => k.Id);
            e.HasOne(k => k.User).WithMany().HasForeignKey(k => k.UserId);
            e.HasIndex(k => k.Hash).IsUnique().HasDatabaseName("ux_api_keys_hash");
            e.HasIndex(k => k.UserId).HasDatabaseName("ix_api_keys_user_id");
        });
        model.Entity<FeatureSwitch>().ToTable("feature_switches").HasKey(f => f.Name);
        model.Entity<AccountLink>(e =>
        {
            e.ToTable("account_links").HasKey(l => l.Id);
            e.HasOne<User>().WithMany().HasForeignKey(l => l.UserId);
            e.HasIndex(l => l.Hash).IsUnique().HasDatabaseName("ux_account_links_hash");
            e.HasIndex(l => l.UserId).HasDatabaseName("ix_account_links_user_id");
            e.HasIndex(l => l.Address).HasDatabaseName("ix_account_links_address");
            e.HasIndex(l => l.CreatedAt).HasDatabaseName("ix_account_links_created_at");
        });
    }
}

internal sealed class User
{
    public long Id { get; set; }

    public required string Username { get; set; }

    public required string NormalisedName { get; set; }

    public string? DisplayName { get; set; }

    public string? Email { get; set; }

    /// <summary>
    /// The address, normalised, once a link that went there was used; null: nobody has shown that it is theirs.
    /// </summary>
    public string? VerifiedEmail { get; set; }

    public required string PasswordHash { get; set; }

    /// <summary>How the display name looks (<see cref="Accounts.NameLook"/>): no other user's looks alike.</summary>
    public string? DisplayLook { get; set; }

    /// <summary>Since when an operator keeps the user out.</summary>
    public DateTimeOffset? DisabledAt { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public List<UserRole> Roles { get; } = [];
}

internal sealed class UserRole
{
    public long UserId { get; set; }

    public required string Role { get; set; }
}

/// <summary>One sign-in on one device: the family of refresh tokens that followed from it.</summary>
internal sealed class Session
{
    public required string Id { get; set; }

    public long UserId { get; set; }

    public User? User { get; set; }

    /// <summary>What the program that signed in called itself.</summary>
    public string Client { get; set; } = "";

    /// <summary>The sign-in.</summary>
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The sign-in or the last refresh.</summary>
    public DateTimeOffset LastUsedAt { get; set; }

    /// <summary>When the newest refresh token ends, at the latest so many days after the sign-in.</summary>
    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>One of <see cref="Sessions.RevokedFor"/>: why it ended early.</summary>
    public string? RevokedFor { get; set; }
}

/// <summary>A refresh token, known by its SHA-256 alone. It is good for one use.</summary>
internal sealed class RefreshToken
{
    public required byte[] Hash { get; set; }

    public required string SessionId { get; set; }

    public Session? Session { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? UsedAt { get; set; }
}

/// <summary>A key for /v1, known by its SHA-256 alone.</summary>
internal sealed class ApiKey
{
    public long Id { get; set; }

    public long UserId { get; set; }

    public User? User { get; set; }

    public required string Name { get; set; }

    /// <summary>The key's first characters, so that its owner recognises it.</summary>
    public required string Hint { get; set; }

    public required byte[] Hash { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>The surfaces that it opens, one a line; empty: all.</summary>
    public string Scopes { get; set; } = "";

    /// <summary>The models that it may ask, one a line; empty: all.</summary>
    public string Models { get; set; } = "";

    public long? RequestsPerMinute { get; set; }

    public long? CreditMicrosPerDay { get; set; }

    public long? CreditMicrosPerMonth { get; set; }

    public DateTimeOffset? ExpiresAt { get; set; }

    public DateTimeOffset? RevokedAt { get; set; }
}
