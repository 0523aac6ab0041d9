using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Tests.Platform.Web;

public sealed class OutboxCommandTests
{
    [Fact]
    public async Task Dead_letters_are_listed_and_marked_for_another_try()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var database = app.Services.GetServices<IModuleDatabase>().Single(d => d.Name == "userauth");
        await database.SaveAsync(
            (db, _) =>
            {
                foreach (var id in new[] { "one", "two" })
                    db.DeadLetters.Add(Letter(id));
                return Task.CompletedTask;
            },
            default
        );
        var list = await RunAsync(app, "outbox list", "--dead");
        list.Text.ShouldContain("userauth: 2");
        list.Text.ShouldContain("because of one");
        (await RunAsync(app, "outbox requeue", "userauth", "1")).Code.ShouldBe(0);
        (await RunAsync(app, "outbox requeue", "userauth", "1")).Code.ShouldBe(1, "it is marked already");
        (await RunAsync(app, "outbox requeue", "userauth", "all")).Text.ShouldContain("userauth: 1 dead letters");
        await using var read = await database.OpenAsync(default);
        (await read.DeadLetters.CountAsync(d => d.RequeuedAt != null)).ShouldBe(2);
    }

    [Theory]
    [InlineData("outbox requeue", "nowhere", "1")]
    [InlineData("outbox requeue", "userauth", "x")]
    [InlineData("outbox list", "--alive")]
    public async Task A_wrong_use_is_told_and_changes_nothing(string command, params string[] arguments)
    {
        await using var app = await SmartFlowApp.StartAsync();
        (await RunAsync(app, command, arguments)).Code.ShouldBe(2);
    }

    private static DeadLetter Letter(string id) =>
        new()
        {
            Topic = "topic.of.nobody",
            Consumer = "nobody",
            EventId = id,
            Name = "some.event",
            Key = "1",
            Payload = [],
            Reason = "because of " + id,
            Attempts = 20,
            FailedAt = DateTimeOffset.UnixEpoch,
        };

    private static async Task<(int Code, string Text)> RunAsync(
        SmartFlowApp app,
        string name,
        params string[] arguments
    )
    {
        await using var output = new StringWriter();
        var code = await app
            .Services.GetServices<ICommand>()
            .Single(c => c.Name == name)
            .RunAsync(arguments, output, default);
        return (code, output.ToString());
    }
}
