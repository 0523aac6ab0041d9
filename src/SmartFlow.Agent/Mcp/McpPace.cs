using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Agent.Mcp;

/// <summary>
/// Calls of tools a minute, by key: the setting's, or the key's own cap where that is smaller. There are as many paces
/// as the setting has calls, at most.
/// </summary>
internal sealed class McpPace(ISharedCounts shared, IOptions<McpOptions> options) : IDisposable
{
    private readonly ConcurrentDictionary<int, Pace> paces = new();

    /// <returns>Null: there is room, and it is taken.</returns>
    public ValueTask<RefusedException?> TakeAsync(ApiKeyOwner key)
    {
        var permits = (int)Math.Min(options.Value.CallsPerMinute, key.RequestsPerMinute ?? long.MaxValue);
        return paces
            .GetOrAdd(permits, n => new Pace($"mcp-{n}", shared, n))
            .TakeAsync(key.KeyId, $"This key may call {permits} tools a minute. Wait a moment.");
    }

    public void Dispose()
    {
        foreach (var pace in paces.Values)
            pace.Dispose();
    }
}
