using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace SmartFlow.Platform.Web.Auth;

/// <summary>A session that is open, and what its user may do by now, whatever an older access token says.</summary>
public sealed record OpenSession(string Id, ulong UserId, IReadOnlyList<string> Roles, DateTimeOffset EndsAt);

/// <summary>
/// Looks a session up where it is kept; null: it has ended or is unknown, or its user is disabled or gone.
/// </summary>
public interface ISessionDirectory
{
    Task<OpenSession?> FindAsync(string sessionId, CancellationToken cancellationToken);
}

/// <summary>
/// On a route whose work outlives the session (an API key, an order, a feed): the session itself is looked at and not
/// what is remembered of it. Routes of operators do so without it.
/// </summary>
public sealed class LooksAtSession
{
    internal static bool On(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata is not { } metadata)
            return false;
        if (metadata.GetMetadata<LooksAtSession>() is not null)
            return true;
        foreach (var rule in metadata.GetOrderedMetadata<IAuthorizeData>())
            if (rule.Policy == Policies.Operator)
                return true;
        return false;
    }
}

/// <summary>
/// Whether the session of an access token is still open. An open one is remembered for a short while and in a bounded
/// number; what ends in this process is forgotten at once. A process without the users and without their address has
/// none of this: there a token is good until it runs out.
/// </summary>
public sealed class OpenSessions(ISessionDirectory directory, IOptions<AuthOptions> options, TimeProvider time)
{
    private readonly ConcurrentDictionary<string, (OpenSession Session, long Until)> known = new(
        StringComparer.Ordinal
    );
    private long ends;

    /// <param name="sessionId">From a token that we signed.</param>
    /// <param name="looks">Look at the session itself.</param>
    /// <param name="cancellationToken">The request's.</param>
    public async ValueTask<OpenSession?> FindAsync(string sessionId, bool looks, CancellationToken cancellationToken)
    {
        if (
            !looks
            && known.TryGetValue(sessionId, out var entry)
            && entry.Until > time.GetTimestamp()
            && entry.Session.EndsAt > time.GetUtcNow()
        )
            return entry.Session;
        var before = Interlocked.Read(ref ends);
        var session = await directory.FindAsync(sessionId, cancellationToken);
        if (session is null)
        {
            known.TryRemove(sessionId, out _);
            return null;
        }
        if (known.Count >= options.Value.SessionCacheLimit)
            known.Clear();
        known[sessionId] = (session, time.GetTimestamp() + options.Value.SessionCacheSeconds * time.TimestampFrequency);
        // One may have ended between the look and the note.
        if (Interlocked.Read(ref ends) != before)
            known.TryRemove(sessionId, out _);
        return session;
    }

    /// <summary>Tell the other processes, where somebody does.</summary>
    internal Action<string>? SessionEnded { get; set; }

    internal Action<ulong>? UserChanged { get; set; }

    /// <summary>Forgets a session; call it after the commit that ended it.</summary>
    public void Forget(string sessionId)
    {
        ForgetHere(sessionId);
        SessionEnded?.Invoke(sessionId);
    }

    /// <summary>
    /// Forgets a user's sessions; call it after the commit that ended them or changed what the user may do.
    /// </summary>
    public void ForgetUser(ulong userId)
    {
        ForgetUserHere(userId);
        UserChanged?.Invoke(userId);
    }

    internal void ForgetAllHere()
    {
        Interlocked.Increment(ref ends);
        known.Clear();
    }

    internal void ForgetHere(string sessionId)
    {
        Interlocked.Increment(ref ends);
        known.TryRemove(sessionId, out _);
    }

    internal void ForgetUserHere(ulong userId)
    {
        Interlocked.Increment(ref ends);
        foreach (var (id, entry) in known)
            if (entry.Session.UserId == userId)
                known.TryRemove(id, out _);
    }
}
