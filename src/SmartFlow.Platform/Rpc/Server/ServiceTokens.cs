using System.Security.Cryptography;
using System.Text;
using Google.Protobuf.Reflection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace SmartFlow.Platform.Rpc.Server;

/// <summary>Services, and methods as service/method.</summary>
internal sealed record CallableNames(IReadOnlySet<string> All)
{
    public static CallableNames Of(IEnumerable<ServiceDescriptor> services) =>
        new(
            services
                .SelectMany(s => s.Methods.Select(m => $"{s.FullName}/{m.Name}").Append(s.FullName))
                .ToHashSet(StringComparer.Ordinal)
        );
}

/// <summary>
/// Who calls, and what they may call: the processes of one installation share a secret that opens everything, the
/// callers of <see cref="RpcCallers"/> have their own. Kept and compared as hashes, which have one length.
/// </summary>
internal sealed partial class ServiceTokens : IDisposable
{
    private const string Word = "Bearer ";
    private const int MaxLength = 4_096;
    private readonly (byte[] Hash, RpcGrant Grant)[] ours;
    private readonly CallableNames names;
    private readonly ILogger<ServiceTokens> logger;
    private readonly IDisposable? watch;
    private volatile (byte[] Hash, RpcGrant Grant)[] known;

    public ServiceTokens(
        IOptions<RpcOptions> options,
        IOptionsMonitor<RpcCallers> callers,
        CallableNames names,
        ILogger<ServiceTokens> logger
    )
    {
        (this.names, this.logger) = (names, logger);
        ours =
            options.Value.Token.Length < RpcOptions.TokenMinLength
                ? []
                : [(HashOf(options.Value.Token), RpcGrant.Everything)];
        known = With(callers.CurrentValue);
        watch = callers.OnChange(Take);
    }

    /// <summary>The value of the header authorization.</summary>
    public static string Header(string token) => Word + token;

    /// <summary>What the caller may call; null for a stranger. Takes as long for every token.</summary>
    public RpcGrant? Of(StringValues authorization)
    {
        if (
            authorization is not [{ Length: > 0 and <= MaxLength } given]
            || !given.StartsWith(Word, StringComparison.Ordinal)
        )
            return null;
        var hash = HashOf(given[Word.Length..]);
        RpcGrant? found = null;
        foreach (var one in known)
            if (CryptographicOperations.FixedTimeEquals(one.Hash, hash))
                found = one.Grant;
        return found;
    }

    public void Dispose() => watch?.Dispose();

    private void Take(RpcCallers callers)
    {
        var problems = callers.Problems(names.All).ToList();
        if (problems.Count > 0)
        {
            Log.NotTaken(logger, string.Join(" ", problems));
            return;
        }
        known = With(callers);
        Log.Taken(logger, callers.Count);
    }

    private (byte[] Hash, RpcGrant Grant)[] With(RpcCallers callers) =>
        [.. ours, .. callers.Values.SelectMany(c => c.Hashes().Select(h => (h, new RpcGrant(c.Allow))))];

    private static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "The changed Rpc:Callers are not taken, those before them stay: {Problems}")]
        public static partial void NotTaken(ILogger logger, string problems);

        [LoggerMessage(2, LogLevel.Information, "Rpc:Callers has changed: {Callers} callers beside the modules")]
        public static partial void Taken(ILogger logger, int callers);
    }
}

/// <summary>What one caller may call.</summary>
internal sealed class RpcGrant(IEnumerable<string> allow)
{
    public static readonly RpcGrant Everything = new(["*"]);
    private readonly HashSet<string> allowed = new(allow, StringComparer.Ordinal);

    /// <param name="path">/package.Service/Method.</param>
    public bool Allows(string path)
    {
        if (allowed.Contains("*"))
            return true;
        if (path == RpcServer.ReflectionAlphaPath)
            path = RpcServer.ReflectionPath;
        var slash = path.LastIndexOf('/');
        return slash > 0 && (allowed.Contains(path[1..slash]) || allowed.Contains(path[1..]));
    }
}
