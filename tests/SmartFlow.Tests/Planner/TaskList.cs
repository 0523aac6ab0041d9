using System.Net;
using System.Text.Json;

namespace SmartFlow.Tests.Planner;

/// <summary>The quick tasks of one user, in a host of their own.</summary>
public abstract class TaskList : IAsyncLifetime
{
    private protected static readonly DateTimeOffset Now = new(2026, 11, 25, 7, 0, 0, TimeSpan.Zero);
    private protected SmartFlowApp app = null!;
    private protected TestUser mei = null!;
    private int keys;

    public async ValueTask InitializeAsync()
    {
        app = await SmartFlowApp.StartAsync();
        app.Clock.SetTo(Now);
        mei = await app.SignUpAsync();
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private protected async Task<JsonElement> MakeAsync(object body) =>
        (await mei.PostAsync("/api/v1/tasks", body, ("Idempotency-Key", $"make-{++keys}")))
            .ShouldBe(HttpStatusCode.Created)
            .Json;

    private protected async Task<List<JsonElement>> ListAsync(string query) =>
        [
            .. (await mei.GetAsync("/api/v1/tasks?" + query))
                .ShouldBe(HttpStatusCode.OK)
                .Json.GetProperty("items")
                .EnumerateArray(),
        ];
}
