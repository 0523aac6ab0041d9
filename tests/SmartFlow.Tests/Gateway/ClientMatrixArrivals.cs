using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace SmartFlow.Tests.Gateway;

/// <summary>Counts the requests of each API key as they reach the program, before anything of ours sees them.</summary>
internal sealed class ClientMatrixArrivals : IStartupFilter
{
    private readonly ConcurrentDictionary<string, Arrivals> byKey = new();

    public int CountOf(string key) => Of(key).Count;

    /// <summary>Completes when the client of this key has asked a second time.</summary>
    public Task SecondOf(string key) => Of(key).Second.Task;

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) =>
        app =>
        {
            app.Use(
                (context, go) =>
                {
                    if (context.Request.Path.StartsWithSegments("/v1"))
                        Of(KeyOf(context.Request)).Add();
                    return go(context);
                }
            );
            next(app);
        };

    private Arrivals Of(string key) => byKey.GetOrAdd(key, _ => new Arrivals());

    private static string KeyOf(HttpRequest request) =>
        request.Headers["x-api-key"] is [{ Length: > 0 } key]
            ? key
            : request.Headers.Authorization.ToString().Split(' ')[^1];

    private sealed class Arrivals
    {
        private int count;

        public int Count => Volatile.Read(ref count);

        public TaskCompletionSource Second { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Add()
        {
            if (Interlocked.Increment(ref count) == 2)
                Second.TrySetResult();
        }
    }
}
