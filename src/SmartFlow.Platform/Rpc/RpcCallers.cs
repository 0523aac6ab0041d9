using System.Security.Cryptography;
using System.Text;

namespace SmartFlow.Platform.Rpc;

/// <summary>
/// Section <c>Rpc:Callers</c>, by name: who may call this process beside the modules that share
/// <see cref="RpcOptions.Token"/>, and what. Read again whenever the configuration changes; a change with a mistake in
/// it changes nothing and is told as an error.
/// </summary>
public sealed class RpcCallers : Dictionary<string, RpcCaller>
{
    private const int MaxCallers = 100;
    private const int MaxNameLength = 64;

    /// <summary>What is wrong with them, each mistake with its setting.</summary>
    /// <param name="known">The services, and the methods as service/method, that a caller may be allowed.</param>
    internal IEnumerable<string> Problems(IReadOnlySet<string> known)
    {
        if (Count > MaxCallers)
            yield return $"Rpc:Callers: {Count} callers are more than {MaxCallers}.";
        foreach (var (name, caller) in this)
        {
            if (name.Length > MaxNameLength)
                yield return $"Rpc:Callers: a name has at most {MaxNameLength} characters.";
            foreach (var problem in caller.Problems(known))
                yield return $"Rpc:Callers:{name}: {problem}";
        }
        var shared = this.SelectMany(c => c.Value.Hashes().Select(h => (c.Key, Hash: Convert.ToHexString(h))))
            .GroupBy(c => c.Hash)
            .FirstOrDefault(g => g.Count() > 1);
        if (shared is not null)
            yield return $"Rpc:Callers: {string.Join(" and ", shared.Select(c => c.Key))} have the same token.";
    }
}

/// <summary>One who may call.</summary>
public sealed class RpcCaller
{
    private const string HashPrefix = "sha256:";
    private const int MaxTokens = 8;
    private const int MaxAllowed = 200;

    /// <summary>
    /// At most 8 secrets of 16 characters or more, or in their place <c>sha256:</c> and the 64 hexadecimal digits of a
    /// secret's SHA-256. Two while one takes the other's place.
    /// </summary>
    public List<string> Tokens { get; } = [];

    /// <summary>
    /// Services (<c>smartflow.tokenstore.TokenStoreService</c>) and methods (<c>…Service/ListProducts</c>); <c>*</c>:
    /// all.
    /// </summary>
    public List<string> Allow { get; } = [];

    internal IEnumerable<byte[]> Hashes() => Tokens.Select(Hash).OfType<byte[]>();

    internal IEnumerable<string> Problems(IReadOnlySet<string> known)
    {
        if (Tokens.Count is 0 or > MaxTokens)
            yield return $"has {Tokens.Count} tokens; 1 to {MaxTokens} may be.";
        if (Tokens.Any(t => Hash(t) is null))
            yield return $"a token has at least {RpcOptions.TokenMinLength} characters, or is {HashPrefix} and 64 hexadecimal digits.";
        if (Allow.Count is 0 or > MaxAllowed)
            yield return $"allows {Allow.Count} services and methods; 1 to {MaxAllowed} may be.";
        foreach (var name in Allow.Where(a => a != "*" && !known.Contains(a)))
            yield return $"there is no service or method {name}.";
    }

    private static byte[]? Hash(string token)
    {
        if (!token.StartsWith(HashPrefix, StringComparison.Ordinal))
            return token.Length < RpcOptions.TokenMinLength ? null : SHA256.HashData(Encoding.UTF8.GetBytes(token));
        var hash = new byte[SHA256.HashSizeInBytes];
        return
            Convert.FromHexString(token.AsSpan(HashPrefix.Length), hash, out _, out var written)
                == System.Buffers.OperationStatus.Done
            && written == hash.Length
            ? hash
            : null;
    }
}
