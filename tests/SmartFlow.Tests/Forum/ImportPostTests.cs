using System.Net;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Planner;
using SmartFlow.Forum;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Forum.PlazaActs;

namespace SmartFlow.Tests.Forum;

[Collection(nameof(PlazaOfReaders))]
public sealed class ImportPostTests(Plaza plaza)
{
    [Fact]
    public async Task An_import_makes_a_class_with_a_new_name_and_moved_dates_and_nothing_else()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var post = await mei.PublishAsync("导入用的计划");
        var made = (await li.TryImportAsync(post, "我的版本", "2027-03-01")).ShouldBe(HttpStatusCode.Created).Json;
        (made.GetProperty("start_date").GetString(), made.GetProperty("end_date").GetString()).ShouldBe(
            ("2027-03-01", "2027-03-14")
        );

        var own = (await li.GetAsync($"/api/v1/task-classes/{made.GetProperty("task_class_id").GetInt64()}"))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        own.GetProperty("name").GetString().ShouldBe("我的版本");
        own.GetProperty("subject").GetString().ShouldBe("memory");
        own.GetProperty("strategy").GetString().ShouldBe("rapid");
        own.GetProperty("excluded_days").EnumerateArray().Select(d => d.GetInt32()).ShouldBe([7]);
        own.GetProperty("source").GetString()!.ShouldContain("导入用的计划");
        own.GetProperty("progress").GetProperty("placed").GetInt32().ShouldBe(0);

        var again = (await li.TryImportAsync(post)).ShouldBeRefused(ErrorCodes.AlreadyExists);
        again.Json.GetProperty("task_class_id").GetInt64().ShouldBe(own.GetProperty("id").GetInt64());
        var seen = await li.PostAsync(post);
        (seen.GetProperty("imported").GetBoolean(), seen.GetProperty("import_count").GetInt32()).ShouldBe((true, 1));
        seen.GetProperty("import").GetProperty("is_outdated").GetBoolean().ShouldBeFalse();
        (await mei.PostAsync(post)).GetProperty("import").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await plaza.App.AuditAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Another_plan_in_the_post_is_told_and_may_be_imported_again_without_a_second_reward()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var classId = await mei.MakeClassAsync();
        var post = await mei.PublishAsync(classId: classId);
        (await li.TryImportAsync(post)).ShouldBe(HttpStatusCode.Created);
        (await mei.PatchAsync($"{Square}/posts/{post}", new { refresh_plan = true }))
            .Json.GetProperty("plan_revision")
            .GetInt32()
            .ShouldBe(1);

        var version = (await mei.GetAsync($"/api/v1/task-classes/{classId}")).Json.GetProperty("version").GetInt32();
        (
            await mei.PutAsync(
                $"/api/v1/task-classes/{classId}",
                new
                {
                    name = "改过",
                    version,
                    start_date = "2026-12-01",
                    end_date = "2026-12-20",
                    items = new[] { new { content = $"全新的 {post}", sections = 3 } },
                }
            )
        ).ShouldBe(HttpStatusCode.OK);
        (await li.PostAsync(post)).GetProperty("import").GetProperty("is_outdated").GetBoolean().ShouldBeFalse();
        (await mei.PatchAsync($"{Square}/posts/{post}", new { refresh_plan = true }))
            .Json.GetProperty("plan_revision")
            .GetInt32()
            .ShouldBe(2);
        (await li.PostAsync(post)).GetProperty("import").GetProperty("is_outdated").GetBoolean().ShouldBeTrue();
        (await li.TryImportAsync(post)).ShouldBe(HttpStatusCode.Created);
        (await li.TryImportAsync(post)).ShouldBeRefused(ErrorCodes.AlreadyExists);
        (await li.PostAsync(post)).GetProperty("import_count").GetInt32().ShouldBe(1);
        await Eventually.IsTrueAsync(
            async () => await plaza.App.BalanceMicrosAsync(mei) == 105_000_000,
            "five Credit, once"
        );
    }

    [Fact]
    public async Task Bad_imports_are_refused_and_may_be_repeated()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var post = await mei.PublishAsync();
        foreach (
            var (title, start, field) in new[]
            {
                (new string('字', 81), null, "target_title"),
                ("", null, "target_title"),
                ("ok", "1999-12-31", "start_date"),
                ("ok", "2098-01-01", "start_date"),
            }
        )
            (await li.TryImportAsync(post, title, start))
                .ShouldBeRefused(ErrorCodes.InvalidArgument)
                .Json.GetProperty("errors")
                .TryGetProperty(field, out _)
                .ShouldBeTrue(field);
        (await li.TryImportAsync(post, "ok", "soon")).ShouldBe(HttpStatusCode.BadRequest);
        (await li.TryImportAsync(999_999)).ShouldBeRefused(ErrorCodes.NotFound);
        var made = (await li.TryImportAsync(post, new string('字', 80))).ShouldBe(HttpStatusCode.Created).Json;
        await EditsKeepTheNameAsync(li, $"/api/v1/task-classes/{made.GetProperty("task_class_id").GetInt64()}");
        (await plaza.App.AuditAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_import_that_a_crash_cut_off_is_finished_by_the_next_one()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var post = await mei.PublishAsync();
        var first = (await li.TryImportAsync(post, "第一次", "2027-01-04")).ShouldBe(HttpStatusCode.Created).Json;
        // As if the process had died before its last step: the class is there, the note of it is not.
        var found = await plaza
            .App.Services.GetRequiredService<IPlanner>()
            .GetTaskClassAsync(new() { UserId = li.Id, Id = first.GetProperty("task_class_id").GetUInt64() }, default);
        var request = new CreateTaskClassRequest
        {
            UserId = li.Id,
            IdempotencyKey = $"forum-import:{post}:1",
            Draft = found.TaskClass.Draft,
            Source = found.TaskClass.Source,
        };
        await plaza
            .App.Services.GetRequiredService<IWriter<ForumDb>>()
            .WriteAsync(
                async (db, token) =>
                {
                    await db
                        .Outbox.Where(m => m.EventId == $"{EventNames.ForumPostImported}:{post}:{li.Id}")
                        .ExecuteDeleteAsync(token);
                    await db
                        .Posts.Where(p => p.Id == post)
                        .ExecuteUpdateAsync(s => s.SetProperty(p => p.ImportCount, 0), token);
                    return await db
                        .Imports.Where(i => i.PostId == post)
                        .ExecuteUpdateAsync(
                            s =>
                                s.SetProperty(i => i.ImportedAt, (DateTimeOffset?)null)
                                    .SetProperty(i => i.TaskClassId, (ulong?)null)
                                    .SetProperty(i => i.PlanRevision, 0)
                                    .SetProperty(i => i.Asked, request.ToByteArray())
                                    .SetProperty(i => i.AskedRevision, 1),
                            token
                        );
                },
                default
            );
        (await li.PostAsync(post)).GetProperty("imported").GetBoolean().ShouldBeFalse();

        var second = (await li.TryImportAsync(post, "第二次", "2027-05-01")).ShouldBe(HttpStatusCode.Created).Json;
        second.GetProperty("task_class_id").GetInt64().ShouldBe(first.GetProperty("task_class_id").GetInt64());
        second.GetProperty("name").GetString().ShouldBe("第一次");
        (await li.PostAsync(post)).GetProperty("import_count").GetInt32().ShouldBe(1);
        (await plaza.App.AuditAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_import_that_the_planner_refuses_leaves_nothing_and_the_next_one_is_as_it_asks()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Planner:TaskClassesMax"] = "1");
        var (mei, li) = (await app.SignUpWithNameAsync("mei"), await app.SignUpWithNameAsync("lihua"));
        var post = await mei.PublishAsync();
        var full = await li.MakeClassAsync();
        (await li.TryImportAsync(post, "第一次")).ShouldBeRefused(ErrorCodes.Conflict);
        var seen = await li.PostAsync(post);
        (seen.GetProperty("imported").GetBoolean(), seen.GetProperty("import_count").GetInt32()).ShouldBe((false, 0));
        await li.DeleteAsync($"/api/v1/task-classes/{full}");
        (await li.TryImportAsync(post, "第二次"))
            .ShouldBe(HttpStatusCode.Created)
            .Json.GetProperty("name")
            .GetString()
            .ShouldBe("第二次");
        (await li.PostAsync(post)).GetProperty("import_count").GetInt32().ShouldBe(1);
    }

    /// <summary>An imported name may be longer than one that is typed.</summary>
    private static async Task EditsKeepTheNameAsync(TestUser user, string path)
    {
        var edit = JsonNode.Parse((await user.GetAsync(path)).Json.GetRawText())!.AsObject();
        foreach (var item in edit["items"]!.AsArray())
        foreach (
            var shown in item!
                .AsObject()
                .Select(m => m.Key)
                .Except(["id", "content", "sections", "deadline_at"])
                .ToList()
        )
            item.AsObject().Remove(shown);
        foreach (var shown in new[] { "id", "progress", "created_at", "updated_at", "source" })
            edit.Remove(shown);
        edit["strategy"] = "rapid";
        var edited = (await user.PutAsync(path, edit)).ShouldBe(HttpStatusCode.OK).Json;
        (edited.GetProperty("name").GetString()!.Length, edited.GetProperty("strategy").GetString()).ShouldBe(
            (80, "rapid")
        );
        edit["version"] = edited.GetProperty("version").GetInt32();
        edit["name"] = new string('词', 80);
        (await user.PutAsync(path, edit))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .TryGetProperty("name", out _)
            .ShouldBeTrue();
    }
}
