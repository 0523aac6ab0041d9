using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SmartFlow.Planner;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Tests.Platform.Bus;

/// <summary>What the tests of relays and buses do with the planner's outbox.</summary>
internal static class PlannerOutbox
{
    public static Task<SmartFlowApp> StartAsync(
        TestConsumer consumer,
        IReadOnlyDictionary<string, string?> settings,
        string? folder = null,
        string database = ""
    ) =>
        SmartFlowApp.StartAsync(setup =>
        {
            setup.DataFolder = folder;
            setup.Settings["Data:ConnectionString"] = database;
            foreach (var (name, value) in settings)
                setup.Settings[name] = value;
            setup.Services = services =>
                services
                    .AddSingleton<ILoggerProvider>(consumer.Log)
                    .AddSingleton<IConsumer>(p =>
                    {
                        consumer.Writer = p.GetRequiredService<IWriter<PlannerDb>>();
                        return consumer;
                    });
        });

    public static Task PublishAsync(this SmartFlowApp app, ulong user, string id) =>
        app
            .Services.GetRequiredService<IWriter<PlannerDb>>()
            .SaveAsync(
                (db, _) =>
                {
                    db.Publish(id, "test.happened", user, new { UserId = user }, app.Clock.GetUtcNow());
                    return Task.CompletedTask;
                },
                default
            );

    public static Task<int> WaitingAsync(this SmartFlowApp app) => app.ReadAsync(db => db.Outbox.CountAsync());

    public static Task<int> LettersAsync(this SmartFlowApp app) => app.ReadAsync(db => db.DeadLetters.CountAsync());

    public static Task RequeueAllAsync(this SmartFlowApp app) =>
        app
            .Services.GetRequiredService<IWriter<PlannerDb>>()
            .SaveAsync(
                (db, token) =>
                    db.DeadLetters.ExecuteUpdateAsync(
                        s => s.SetProperty(d => d.RequeuedAt, app.Clock.GetUtcNow()),
                        token
                    ),
                default
            );

    private static async Task<int> ReadAsync(this SmartFlowApp app, Func<PlannerDb, Task<int>> read)
    {
        await using var db = await app
            .Services.GetRequiredService<IDbContextFactory<PlannerDb>>()
            .CreateDbContextAsync();
        return await read(db);
    }
}
