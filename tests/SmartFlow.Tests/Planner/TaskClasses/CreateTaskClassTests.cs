using System.Net;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.TaskClasses;

[Collection(nameof(TaskClassCollection))]
public sealed class CreateTaskClassTests(StartedApp started) : StudyPlans
{
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
}
