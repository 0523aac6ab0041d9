using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;

namespace SmartFlow.Llm;

/// <summary>The journal of model calls, their kept results, and the charge outbox.</summary>
internal sealed class LlmDb(DbContextOptions<LlmDb> options) : ModuleDb(options)
{
    public DbSet<LlmCall> Calls => Set<LlmCall>();

    public DbSet<LlmResult> Results => Set<LlmResult>();

    public DbSet<LlmResponse> Responses => Set<LlmResponse>();

    public DbSet<LlmOwner> Owners => Set<LlmOwner>();

    public DbSet<LlmLimitWindow> LimitWindows => Set<LlmLimitWindow>();

    protected override void Configure(ModelBuilder model)
    {
        model.Entity<LlmCall>(e =>
        {
            e.ToTable("llm_calls").HasKey(c => c.Id);
            e.HasIndex(c => new { c.UserId, c.EventId }).IsUnique().HasDatabaseName("ux_llm_calls_charge_key");
            e.HasIndex(c => c.State)
                .HasDatabaseName("ix_llm_calls_open")
                .HasFilter("state IN ('started', 'sent', 'suspense')");
            // For the call log: written once, when the call ends.
            e.HasIndex(c => new { c.UserId, c.FinishedAt })
                .HasDatabaseName("ix_llm_calls_ended_user")
                .HasFilter("finished_at IS NOT NULL");
            e.HasIndex(c => c.FinishedAt).HasDatabaseName("ix_llm_calls_ended").HasFilter("finished_at IS NOT NULL");
        });
        model.Entity<LlmResult>(e =>
        {
            e.ToTable("llm_results").HasKey(r => r.CallId);
            e.Property(r => r.CallId).ValueGeneratedNever();
            e.HasIndex(r => r.ExpiresAt).HasDatabaseName("ix_llm_results_expires_at");
        });
        model.Entity<LlmResponse>(e =>
        {
            e.ToTable("llm_responses").HasKey(r => new { r.UserId, r.Token });
            e.HasIndex(r => r.ExpiresAt).HasDatabaseName("ix_llm_responses_expires_at");
        });
        model.Entity<LlmLimitWindow>(e =>
        {
            e.ToTable("llm_limit_windows").HasKey(w => w.Name);
            e.HasIndex(w => w.UserId).HasDatabaseName("ix_llm_limit_windows_user_id");
            e.HasIndex(w => w.EndsAt).HasDatabaseName("ix_llm_limit_windows_ends_at");
        });
        model.Entity<LlmOwner>().ToTable("llm_owners").HasKey(o => o.Owner);
    }
}

/// <summary>One call: what was asked, on which frozen price, how it ended and what it cost. Never the prompt.</summary>
internal sealed class LlmCall
{
    public long Id { get; set; }

    public long UserId { get; set; }

    public required string EventId { get; set; }

    /// <summary>The API key that was used; 0: none.</summary>
    public long ApiKeyId { get; set; }

    public required byte[] RequestHash { get; set; }

    public required string Scene { get; set; }

    public required string RequestId { get; set; }

    public required string ConversationId { get; set; }

    public required string ModelAlias { get; set; }

    public bool SkipCharge { get; set; }

    public bool Stream { get; set; }

    /// <summary>One of <see cref="CallState"/>.</summary>
    public required string State { get; set; }

    /// <summary>The process that runs it.</summary>
    public required string Owner { get; set; }

    /// <summary>The candidates with their frozen price rules, as JSON.</summary>
    public required string Candidates { get; set; }

    /// <summary>The candidate that was asked last.</summary>
    public int Candidate { get; set; }

    public long TextBytes { get; set; }

    public int Messages { get; set; }

    public int Images { get; set; }

    /// <summary>Tokens of all answers together at most.</summary>
    public long OutputLimit { get; set; }

    public long HoldMicros { get; set; }

    public required string Outcome { get; set; }

    public long InputTokens { get; set; }

    public long OutputTokens { get; set; }

    public long CachedTokens { get; set; }

    public long CacheWriteTokens { get; set; }

    public long ReasoningTokens { get; set; }

    public bool Estimated { get; set; }

    public long CostMicroYuan { get; set; }

    public long CreditMicros { get; set; }

    /// <summary>Each attempt with its provider and failure, as JSON; what did not deliver is house cost.</summary>
    public required string Attempts { get; set; }

    /// <summary>The windows of limits that it counts in, by name, with blanks between; empty: none.</summary>
    public string Counted { get; set; } = "";

    /// <summary>The tokens that it counts there as long as it runs: its worst case.</summary>
    public long CountedTokens { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    public DateTimeOffset? FirstTokenAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }

    public DateTimeOffset? SuspenseUntil { get; set; }
}

internal static class CallState
{
    /// <summary>Journaled, nothing sent: free to forget.</summary>
    public const string Started = "started";

    /// <summary>The provider may have got it.</summary>
    public const string Sent = "sent";

    /// <summary>Ended; charged by its policy, exactly one ledger row unless internal.</summary>
    public const string Finished = "finished";

    /// <summary>Ended without an answer and without a charge; the key may be used again.</summary>
    public const string Failed = "failed";

    /// <summary>Its process died after sending: waits for a repeat, then is settled by estimate.</summary>
    public const string Suspense = "suspense";

    /// <summary>Settled by estimate: the outcome is not known.</summary>
    public const string Settled = "settled";

    /// <summary>Its end is still to come.</summary>
    public static bool Runs(string? state) => state is Started or Sent;
}

/// <summary>A finished call's answer, kept for repeats.</summary>
internal sealed class LlmResult
{
    public long CallId { get; set; }

    /// <summary>A chat.completion as JSON.</summary>
    public required byte[] Body { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>What a response was asked with, kept beside its call's answer for its user's later requests.</summary>
internal sealed class LlmResponse
{
    public long UserId { get; set; }

    /// <summary>What its ids are made of.</summary>
    public required string Token { get; set; }

    public long CallId { get; set; }

    /// <summary>The request without its input, as JSON, deflated.</summary>
    public required byte[] Asked { get; set; }

    /// <summary>
    /// The input items, those of the responses before it included, as a JSON array, deflated; null: too long to be
    /// kept.
    /// </summary>
    public byte[]? Input { get; set; }

    /// <summary>By its user. What is left of it is that a repeat of the call does not bring it back.</summary>
    public bool Deleted { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }
}

/// <summary>The lease of a process that runs calls: without one its calls are taken to be dead.</summary>
internal sealed class LlmOwner
{
    public required string Owner { get; set; }

    public DateTimeOffset AliveUntil { get; set; }
}

/// <summary>What calls have taken of one window of a limit, running ones with their worst case.</summary>
internal sealed class LlmLimitWindow
{
    /// <summary>user id / subject / period / start.</summary>
    public required string Name { get; set; }

    public long UserId { get; set; }

    /// <summary>Null for what counts running calls.</summary>
    public DateTimeOffset? EndsAt { get; set; }

    public long Requests { get; set; }

    public long Tokens { get; set; }

    public long CreditMicros { get; set; }

    /// <summary>What of it was used before the limit was set.</summary>
    public long SeededRequests { get; set; }

    public long SeededTokens { get; set; }

    public long SeededCreditMicros { get; set; }
}
