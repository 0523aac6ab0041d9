using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Tests.Platform.Web;

public sealed class DeadLetterRoutesTests
{
    private const string Letters = "/api/v1/admin/dead-letters";

    [Fact]
    public async Task Letters_of_all_modules_are_listed_read_and_marked_for_another_try()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        foreach (var module in new[] { "userauth", "tokenstore" })
            await BuryAsync(app, module, "one", "two");
        var page = (await boss.GetAsync(Letters + "?page_size=3&page=1")).ShouldBe(HttpStatusCode.OK).Json;
        page.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(4);
        page.GetProperty("items")
            .EnumerateArray()
            .Select(i => i.GetProperty("module").GetString() + i.GetProperty("event_id").GetString())
            .ShouldBe(["tokenstoretwo", "tokenstoreone", "userauthtwo"]);
        (await boss.GetAsync(Letters + "?page_size=3&page=2"))
            .Json.GetProperty("items")[0]
            .GetProperty("event_id")
            .GetString()
            .ShouldBe("one");
        (await boss.GetAsync(Letters + "?module=userauth"))
            .Json.GetProperty("page")
            .GetProperty("total")
            .GetInt32()
            .ShouldBe(2);
        (await boss.GetAsync(Letters + "?consumer=somebody"))
            .Json.GetProperty("page")
            .GetProperty("total")
            .GetInt32()
            .ShouldBe(0);

        var letter = (await boss.GetAsync(Letters + "/userauth/1")).ShouldBe(HttpStatusCode.OK).Json;
        letter.GetProperty("payload").GetString().ShouldBe("{\n  \"user_id\": 7,\n  \"access_token\": \"***\"\n}");
        (await boss.PostAsync(Letters + "/userauth/1/requeue"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("letter")
            .GetProperty("requeued_at")
            .GetString()
            .ShouldNotBeNullOrEmpty();
        (await boss.PostAsync(Letters + "/userauth/1/requeue")).ShouldBeRefused(ErrorCodes.Conflict);
        (await boss.PostAsync(Letters + "/requeue-all?consumer=nobody"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("marked")
            .GetInt32()
            .ShouldBe(3);
        (await boss.PostAsync(Letters + "/requeue-all"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("marked")
            .GetInt32()
            .ShouldBe(0);
        var audit = (await boss.GetAsync("/api/v1/admin/audit")).Json.GetProperty("items").EnumerateArray().ToArray();
        audit
            .Select(a => a.GetProperty("action").GetString())
            .ShouldBe(["dead_letter.requeue_all", "dead_letter.requeue"]);
        audit[1].GetProperty("subject").GetString().ShouldBe("dead_letter:userauth/1");
    }

    [Fact]
    public async Task What_is_not_there_is_not_found_and_only_operators_look()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var mei = await app.SignUpAsync();
        await BuryAsync(app, "userauth", "one");
        (await boss.GetAsync(Letters + "/userauth/2")).ShouldBeRefused(ErrorCodes.NotFound);
        (await boss.GetAsync(Letters + "/nowhere/1")).ShouldBeRefused(ErrorCodes.NotFound);
        (await boss.PostAsync(Letters + "/userauth/2/requeue")).ShouldBeRefused(ErrorCodes.NotFound);
        (await boss.GetAsync(Letters + "?consumer=%00")).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await mei.GetAsync(Letters + "/userauth/1")).ShouldBeRefused(ErrorCodes.Forbidden);
        (await mei.PostAsync(Letters + "/userauth/1/requeue")).ShouldBeRefused(ErrorCodes.Forbidden);
        (await mei.PostAsync(Letters + "/requeue-all")).ShouldBeRefused(ErrorCodes.Forbidden);
        var outbox = (await boss.GetAsync("/api/v1/admin/outbox"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("items")
            .EnumerateArray();
        outbox
            .Single(o => o.GetProperty("module").GetString() == "userauth")
            .GetProperty("dead_letters")
            .GetInt32()
            .ShouldBe(1);
        (await mei.GetAsync("/api/v1/admin/outbox")).ShouldBeRefused(ErrorCodes.Forbidden);
    }

    private static Task BuryAsync(SmartFlowApp app, string module, params string[] ids) =>
        app
            .Services.GetServices<IModuleDatabase>()
            .Single(d => d.Name == module)
            .SaveAsync(
                (db, _) =>
                {
                    foreach (var id in ids)
                        db.DeadLetters.Add(
                            new DeadLetter
                            {
                                Topic = "topic.of.nobody",
                                Consumer = "nobody",
                                EventId = id,
                                Name = "some.event",
                                Key = "1",
                                Payload = """{"user_id":7,"access_token":"abc"}"""u8.ToArray(),
                                Reason = "because",
                                Attempts = 20,
                                FailedAt = DateTimeOffset.UnixEpoch,
                            }
                        );
                    return Task.CompletedTask;
                },
                default
            );
}
