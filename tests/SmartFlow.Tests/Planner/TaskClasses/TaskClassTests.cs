using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.TaskClasses;

public sealed class TaskClassTests(StartedApp started) : IClassFixture<StartedApp>
{
    private const string Path = "/api/v1/task-classes";
    private int keys;

    [Fact]
    public async Task A_class_is_made_with_its_items_read_and_listed_with_its_progress()
    {
        var mei = await started.NewUserAsync();
        var made = await MakeAsync(
            mei,
            Body(c =>
                c["items"] = new JsonArray(
                    Item("  第一章 "),
                    Item("第二章", 4, "2026-12-10T15:59:00Z"),
                    Item("第三章", 1)
                )
            )
        );
        made.GetProperty("version").GetInt32().ShouldBe(1);
        made.GetProperty("subject").GetString().ShouldBe("mixed");
        made.GetProperty("allow_filler_courses").GetBoolean().ShouldBeTrue();
        var items = made.GetProperty("items");
        items[0].GetProperty("content").GetString().ShouldBe("第一章");
        items[0].GetProperty("sections").GetInt32().ShouldBe(2);
        items[1].GetProperty("deadline_at").GetString().ShouldBe("2026-12-10T15:59:00Z");
        items[2].GetProperty("status").GetString().ShouldBe("unscheduled");

        var read = (await mei.GetAsync($"{Path}/{Id(made)}")).ShouldBe(HttpStatusCode.OK).Json;
        read.GetRawText().ShouldBe(made.GetRawText());
        await mei.PostAsync($"{Path}/{Id(made)}/items/{Id(items[0])}/done");
        var listed = (await mei.GetAsync(Path)).Json.GetProperty("items");
        listed.GetArrayLength().ShouldBe(1);
        var progress = listed[0].GetProperty("progress");
        Numbers(progress).ShouldBe([3, 0, 1, 7, 0]);
        progress
            .GetRawText()
            .ShouldBe((await mei.GetAsync($"{Path}/{Id(made)}")).Json.GetProperty("progress").GetRawText());
    }

    [Fact]
    public async Task An_edit_keeps_items_by_id_in_their_new_order_adds_new_ones_and_deletes_absent_ones()
    {
        var mei = await started.NewUserAsync();
        var made = await MakeAsync(mei, Body(c => c["items"] = new JsonArray(Item("a"), Item("b"), Item("c"))));
        var (a, c) = (Id(made.GetProperty("items")[0]), Id(made.GetProperty("items")[2]));
        await mei.PostAsync($"{Path}/{Id(made)}/items/{c}/done");
        var edit = Body(e =>
        {
            e["version"] = 1;
            e["name"] = "new";
            e["strategy"] = "rapid";
            e["excluded_days"] = new JsonArray(7, 6, 6);
            e["items"] = new JsonArray(Kept(c, "c", 3), Item("d", 1), Kept(a, "a2", 2));
        });
        var edited = (await mei.PutAsync($"{Path}/{Id(made)}", edit)).ShouldBe(HttpStatusCode.OK).Json;
        edited.GetProperty("version").GetInt32().ShouldBe(2);
        edited.GetProperty("excluded_days").EnumerateArray().Select(d => d.GetInt32()).ShouldBe([6, 7]);
        var items = edited.GetProperty("items").EnumerateArray().ToList();
        items.ConvertAll(i => i.GetProperty("content").GetString()).ShouldBe(["c", "d", "a2"]);
        (Id(items[0]), Id(items[2])).ShouldBe((c, a));
        items[0].GetProperty("done_at").ValueKind.ShouldBe(JsonValueKind.String);
        (await mei.GetAsync($"{Path}/{Id(made)}")).Json.GetRawText().ShouldBe(edited.GetRawText());

        var stale = await mei.PutAsync($"{Path}/{Id(made)}", edit);
        stale.ShouldBeRefused(ErrorCodes.Conflict).Json.GetProperty("version").GetInt32().ShouldBe(2);
        edit.Remove("version");
        edited = (await mei.PutAsync($"{Path}/{Id(made)}", edit)).ShouldBe(HttpStatusCode.OK).Json;
        edited.GetProperty("version").GetInt32().ShouldBe(3);
        edit["version"] = 3;
        edit["items"] = new JsonArray(Item("x"), Kept(a + 1_000, "y", 1));
        (await mei.PutAsync($"{Path}/{Id(made)}", edit))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .TryGetProperty("items[1].id", out _)
            .ShouldBeTrue();
        (await mei.GetAsync($"{Path}/{Id(made)}")).Json.GetRawText().ShouldBe(edited.GetRawText());
    }

    [Fact]
    public async Task A_field_that_is_wrong_is_refused_by_name()
    {
        var mei = await started.NewUserAsync();
        (string Field, Action<JsonObject> Break)[] cases =
        [
            ("name", c => c["name"] = " "),
            ("name", c => c["name"] = new string('x', 65)),
            ("name", c => c.Remove("name")),
            ("start_date", c => c.Remove("start_date")),
            ("start_date", c => c["start_date"] = "1999-12-31"),
            ("end_date", c => c["end_date"] = "2026-11-30"),
            ("end_date", c => c["end_date"] = "2029-01-01"),
            ("mode", c => c["mode"] = "sometimes"),
            ("subject", c => c["subject"] = 1),
            ("excluded_pairs", c => c["excluded_pairs"] = new JsonArray(0)),
            ("excluded_pairs", c => c["excluded_pairs"] = new JsonArray(1, 2, 3, 4, 5, 6)),
            ("excluded_days", c => c["excluded_days"] = new JsonArray(8)),
            ("hue", c => c["hue"] = 8),
            ("items", c => c["items"] = new JsonArray((JsonNode?)null)),
            ("items", c => c["items"] = new JsonArray([.. Enumerable.Range(0, 201).Select(i => Item("a"))])),
            ("items[0].id", c => c["items"] = new JsonArray(Kept(1, "a", 1))),
            ("items[1].content", c => c["items"] = new JsonArray(Item("a"), Item(new string('x', 501)))),
            ("items[0].content", c => c["items"] = new JsonArray(Item("a\nb"))),
            ("items[1].sections", c => c["items"] = new JsonArray(Item("a"), Item("b", 5))),
            ("items[0].deadline_at", c => c["items"] = new JsonArray(Item("a", 1, "1999-01-01T00:00:00Z"))),
        ];
        foreach (var (field, damage) in cases)
        {
            var answer = await mei.PostAsync(Path, Body(damage), Key());
            answer
                .ShouldBeRefused(ErrorCodes.InvalidArgument)
                .Json.GetProperty("errors")
                .TryGetProperty(field, out _)
                .ShouldBeTrue($"{field}: {answer.Text}");
        }
        (await mei.PostAsync(Path, Body(_ => { }))).ShouldBeRefused(ErrorCodes.IdempotencyKeyRequired);
        (await mei.GetAsync(Path)).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task The_longest_class_is_taken()
    {
        var mei = await started.NewUserAsync();
        var made = await MakeAsync(
            mei,
            Body(c =>
            {
                c["name"] = new string('名', 64);
                c["items"] = new JsonArray([.. Enumerable.Range(0, 200).Select(i => Item(new string('字', 500), 4))]);
            })
        );
        made.GetProperty("progress").GetProperty("sections").GetInt32().ShouldBe(800);
    }

    [Fact]
    public async Task Somebody_elses_class_does_not_exist()
    {
        var (mei, tom) = (await started.NewUserAsync(), await started.NewUserAsync());
        var made = await MakeAsync(mei, Body(c => c["items"] = new JsonArray(Item("a"))));
        var path = $"{Path}/{Id(made)}";
        (await tom.GetAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
        (await tom.PutAsync(path, Body(c => c["version"] = 1))).ShouldBeRefused(ErrorCodes.NotFound);
        (await tom.DeleteAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
        (await tom.PostAsync($"{path}/items/{Id(made.GetProperty("items")[0])}/done")).ShouldBeRefused(
            ErrorCodes.NotFound
        );
        (await tom.GetAsync(Path)).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await mei.GetAsync(path)).Json.GetRawText().ShouldBe(made.GetRawText());
    }

    [Fact]
    public async Task An_item_is_done_once_and_opened_again_without_a_new_version()
    {
        var mei = await started.NewUserAsync();
        var made = await MakeAsync(mei, Body(c => c["items"] = new JsonArray(Item("a"))));
        var item = $"{Path}/{Id(made)}/items/{Id(made.GetProperty("items")[0])}";
        var done = (await mei.PostAsync(item + "/done"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("done_at")
            .GetString();
        done.ShouldNotBeNull();
        (await mei.PostAsync(item + "/done")).Json.GetProperty("done_at").GetString().ShouldBe(done);
        (await mei.GetAsync($"{Path}/{Id(made)}")).Json.GetProperty("version").GetInt32().ShouldBe(1);
        (await mei.PostAsync(item + "/undo-done")).Json.GetProperty("done_at").ValueKind.ShouldBe(JsonValueKind.Null);
        (await mei.PostAsync($"{Path}/{Id(made)}/items/0/done")).ShouldBeRefused(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task A_deleted_class_takes_its_items_along()
    {
        var mei = await started.NewUserAsync();
        var made = await MakeAsync(mei, Body(c => c["items"] = new JsonArray(Item("a"))));
        (await mei.DeleteAsync($"{Path}/{Id(made)}")).ShouldBe(HttpStatusCode.NoContent);
        (await mei.DeleteAsync($"{Path}/{Id(made)}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.PostAsync($"{Path}/{Id(made)}/items/{Id(made.GetProperty("items")[0])}/done")).ShouldBeRefused(
            ErrorCodes.NotFound
        );
    }

    [Fact]
    public async Task A_class_shows_where_its_items_stand_and_takes_them_along_when_it_is_deleted()
    {
        var mei = await started.NewUserAsync();
        var made = await MakeAsync(mei, Body(c => c["items"] = new JsonArray(Item("a"), Item("b"))));
        var (path, item) = ($"{Path}/{Id(made)}", Id(made.GetProperty("items")[0]));
        (
            await mei.PostAsync(
                "/api/v1/schedule/placements",
                new
                {
                    item_id = item,
                    week = 2,
                    day = 3,
                    section_from = 9,
                },
                Key()
            )
        ).ShouldBe(HttpStatusCode.Created);
        var read = (await mei.GetAsync(path)).Json;
        Numbers(read.GetProperty("progress")).ShouldBe([2, 1, 0, 4, 2]);
        var place = read.GetProperty("items")[0].GetProperty("placement");
        (
            place.GetProperty("week").GetInt32(),
            place.GetProperty("day").GetInt32(),
            place.GetProperty("section_to").GetInt32()
        ).ShouldBe((2, 3, 10));
        read.GetProperty("items")[1].GetProperty("placement").ValueKind.ShouldBe(JsonValueKind.Null);
        (await mei.PostAsync($"{path}/items/{item}/done"))
            .Json.GetProperty("placement")
            .GetRawText()
            .ShouldBe(place.GetRawText());

        (await mei.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.GetAsync("/api/v1/schedule/weeks/2")).Json.GetProperty("blocks").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Classes_are_listed_a_page_at_a_time_as_they_end()
    {
        var mei = await started.NewUserAsync();
        foreach (var day in (string[])["2026-12-20", "2026-12-05", "2026-12-10"])
            await MakeAsync(mei, Body(c => c["end_date"] = day));
        var page = (await mei.GetAsync(Path + "?page=1&page_size=2")).Json;
        page.GetProperty("items")
            .EnumerateArray()
            .Select(c => c.GetProperty("end_date").GetString())
            .ShouldBe(["2026-12-05", "2026-12-10"]);
        page.GetProperty("page").GetProperty("has_more").GetBoolean().ShouldBeTrue();
        page.GetProperty("items").EnumerateArray().Select(c => c.GetProperty("hue").GetInt32()).ShouldBe([1, 2]);
    }

    private (string, string) Key() => ("Idempotency-Key", $"make-{++keys}");

    private async Task<JsonElement> MakeAsync(TestUser user, JsonObject body) =>
        (await user.PostAsync(Path, body, Key())).ShouldBe(HttpStatusCode.Created).Json;

    private static JsonObject Body(Action<JsonObject> change)
    {
        var body = new JsonObject
        {
            ["name"] = "高数期末",
            ["start_date"] = "2026-12-01",
            ["end_date"] = "2026-12-20",
        };
        change(body);
        return body;
    }

    private static JsonObject Item(string content, int? sections = null, string? deadline = null) =>
        new JsonObject
        {
            ["content"] = content,
            ["sections"] = sections,
            ["deadline_at"] = deadline,
        };

    private static JsonObject Kept(long id, string content, int sections) =>
        new JsonObject
        {
            ["id"] = id,
            ["content"] = content,
            ["sections"] = sections,
        };

    private static long Id(JsonElement of) => of.GetProperty("id").GetInt64();

    private static int[] Numbers(JsonElement of) => [.. of.EnumerateObject().Select(p => p.Value.GetInt32())];
}
