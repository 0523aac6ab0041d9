using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;

namespace SmartFlow.Platform.Web.Auth;

/// <summary>Whose an API key is, and what it may do.</summary>
public sealed record ApiKeyOwner(ulong UserId, long KeyId, string Username)
{
    /// <summary>What its user calls it.</summary>
    public string Name { get; init; } = "";

    /// <summary>The surfaces that it opens; empty: all. See <see cref="ApiKeyScope"/>.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The models that it may ask; empty: all.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    public long? RequestsPerMinute { get; init; }

    public long? CreditMicrosPerDay { get; init; }

    public long? CreditMicrosPerMonth { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>
/// Looks a key up, where it is stored by its SHA-256; null when there is no such key, or it is revoked or has ended.
/// </summary>
public interface IApiKeyDirectory
{
    Task<ApiKeyOwner?> FindAsync(string key, byte[] hash, CancellationToken cancellationToken);
}

/// <summary>
/// API keys: <c>sf-</c> and 256 random bits, so one round of SHA-256 is enough to keep them. Verified keys are
/// remembered for a short while and in a bounded number; a key revoked in this process is forgotten at once.
/// </summary>
public sealed class ApiKeys(IApiKeyDirectory directory, IOptions<AuthOptions> options, TimeProvider time)
{
    /// <summary>What every key begins with.</summary>
    public const string Prefix = "sf-";

    private const int MaxLength = 128;
    private readonly ConcurrentDictionary<UInt128, (byte[] Hash, ApiKeyOwner Owner, long Until)> known = new();
    private long revocations;

    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>The owner, or null for a key that is unknown or revoked.</summary>
    public async ValueTask<ApiKeyOwner?> VerifyAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length > MaxLength || !key.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var hash = Hash(key);
        if (
            known.TryGetValue(Slot(hash), out var entry)
            && CryptographicOperations.FixedTimeEquals(entry.Hash, hash)
            && entry.Until > time.GetTimestamp()
            && (entry.Owner.ExpiresAt is not { } end || end > time.GetUtcNow())
        )
            return entry.Owner;
        var before = Interlocked.Read(ref revocations);
        var owner = await directory.FindAsync(key, hash, cancellationToken);
        if (owner is null)
            return null;
        if (known.Count >= options.Value.ApiKeyCacheLimit)
            known.Clear();
        known[Slot(hash)] = (
            hash,
            owner,
            time.GetTimestamp() + options.Value.ApiKeyCacheSeconds * time.TimestampFrequency
        );
        // A revocation may have passed between the look-up and the note.
        if (Interlocked.Read(ref revocations) != before)
            known.TryRemove(Slot(hash), out _);
        return owner;
    }

    /// <summary>Forgets every key; call it after a revocation or a change.</summary>
    public void Forget()
    {
        ForgetHere();
        Changed?.Invoke();
    }

    /// <summary>Tells the other processes, where somebody does.</summary>
    internal Action? Changed { get; set; }

    internal void ForgetHere()
    {
        Interlocked.Increment(ref revocations);
        known.Clear();
    }

    private static UInt128 Slot(byte[] hash) => BitConverter.ToUInt128(hash);
}
