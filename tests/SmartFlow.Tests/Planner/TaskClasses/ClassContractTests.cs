using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.TaskClasses;

public sealed class ClassContractTests(StartedApp started) : IClassFixture<StartedApp>
{
    private IPlanner Planner => started.App.Services.GetRequiredService<IPlanner>();

    [Fact]
    public async Task A_snapshot_of_one_users_class_becomes_another_users_class()
    {
        var (mei, tom) = (await started.NewUserAsync(), await started.NewUserAsync());
        var id = (await CreateAsync(mei, Draft())).Id;
        var snapshot = (
            await Planner.GetTaskClassAsync(new GetTaskClassRequest { UserId = mei.Id, Id = id }, default)
        ).TaskClass;
        snapshot.Draft.ShouldBe(Draft());
        snapshot.Source.ShouldBe("forum:7 高数");
        snapshot.Version.ShouldBe(1);

        var copy = await CreateAsync(tom, snapshot.Draft);
        copy.Existed.ShouldBeFalse();
        (
            await Planner.GetTaskClassAsync(new GetTaskClassRequest { UserId = tom.Id, Id = copy.Id }, default)
        ).TaskClass.Draft.ShouldBe(Draft());
        var seen = (await tom.GetAsync($"/api/v1/task-classes/{copy.Id}")).Json;
        seen.GetProperty("source").GetString().ShouldBe("forum:7 高数");
        seen.GetProperty("items")[0].GetProperty("deadline_at").GetString().ShouldBe("2026-12-05T15:59:00Z");

        var listed = await Planner.ListTaskClassesAsync(new ListTaskClassesRequest { UserId = tom.Id }, default);
        (listed.Total, listed.Items[0].Id, listed.Items[0].Items, listed.Items[0].Sections).ShouldBe(
            (1, copy.Id, 2, 5)
        );
    }

    [Fact]
    public async Task A_key_makes_one_class_for_ever()
    {
        var mei = await started.NewUserAsync();
        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => CreateAsync(mei, Draft())));
        made.Select(m => m.Id).Distinct().Count().ShouldBe(1);
        made.Count(m => !m.Existed).ShouldBe(1);
        var other = Draft();
        other.Items[0].Content = "other";
        (await Should.ThrowAsync<RefusedException>(() => CreateAsync(mei, other))).Code.ShouldBe(ErrorCodes.KeyReused);
    }

    [Fact]
    public async Task Another_users_class_and_a_wrong_draft_are_refused()
    {
        var (mei, tom) = (await started.NewUserAsync(), await started.NewUserAsync());
        var id = (await CreateAsync(mei, Draft())).Id;
        foreach (var wanted in (ulong[])[id, 0, ulong.MaxValue])
        {
            var request = new GetTaskClassRequest { UserId = tom.Id, Id = wanted };
            (
                await Should.ThrowAsync<RefusedException>(() => Planner.GetTaskClassAsync(request, default))
            ).Code.ShouldBe(ErrorCodes.NotFound);
        }
        (string Field, Action<TaskClassDraft> Break)[] cases =
        [
            ("start_date", d => d.StartDate = ""),
            ("end_date", d => d.EndDate = "2026-13-01"),
            ("mode", d => d.Mode = "Auto"),
            ("subject", d => d.Subject = "0"),
            ("items[1].deadline", d => d.Items[1].Deadline = "soon"),
            ("items[1].sections", d => d.Items[1].Sections = 9),
            ("name", d => d.Name = ""),
        ];
        foreach (var (field, damage) in cases)
        {
            var draft = Draft();
            damage(draft);
            (await Should.ThrowAsync<RefusedException>(() => CreateAsync(tom, draft))).Errors!.Keys.ShouldBe([field]);
        }
        (await Planner.ListTaskClassesAsync(new ListTaskClassesRequest { UserId = tom.Id }, default)).Total.ShouldBe(0);
    }

    private Task<CreateTaskClassResponse> CreateAsync(TestUser user, TaskClassDraft draft) =>
        Planner.CreateTaskClassAsync(
            new CreateTaskClassRequest
            {
                UserId = user.Id,
                IdempotencyKey = "import-7",
                Draft = draft,
                Source = "forum:7 高数",
            },
            default
        );

    private static TaskClassDraft Draft() =>
        new()
        {
            Name = "高数期末",
            Mode = "manual",
            StartDate = "2026-12-01",
            EndDate = "2026-12-20",
            Subject = "quantitative",
            Difficulty = "high",
            Intensity = "low",
            Strategy = "rapid",
            AllowFillerCourses = false,
            ExcludedPairs = { 1, 6 },
            ExcludedDays = { 7 },
            Items =
            {
                new TaskItemDraft
                {
                    Content = "极限",
                    Sections = 3,
                    Deadline = "2026-12-05",
                },
                new TaskItemDraft { Content = "导数", Sections = 2 },
            },
        };
}
