using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Memory;
using SmartFlow.Memory.Extracting;
using SmartFlow.Memory.Items;
using SmartFlow.Memory.Recalling;
using static SmartFlow.Tests.Memory.Nights;

namespace SmartFlow.Tests.Memory;

/// <summary>What is written down, put right and forgotten by hand, and what of it is recalled.</summary>
[Collection(nameof(MemoryCollection))]
public sealed class MemoryRoutesTests(RememberingApp host, PostgresServer postgres)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_item_is_written_put_right_forgotten_and_known_again(bool onPostgres)
    {
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null, s =>
            s.Settings["Memory:Extraction"] = "true"
        );
        app.Clock.SetTo(RememberingApp.Now);
        var mei = await app.SignUpAsync();
        var body = new
        {
            type = "constraint",
            title = "Nights are free",
            hours = Night,
        };
        var first = await mei.PostAsync("/api/v1/memory/items", body, ("Idempotency-Key", "one"));
        var made = first.ShouldBe(HttpStatusCode.Created).Json;
        (await mei.PostAsync("/api/v1/memory/items", body, ("Idempotency-Key", "one")))
            .Json.GetProperty("id")
            .GetInt64()
            .ShouldBe(made.GetProperty("id").GetInt64());
        (await mei.MemoriesAsync()).ShouldHaveSingleItem();
        var path = $"/api/v1/memory/items/{made.GetProperty("id").GetInt64()}";

        var put = (
            await mei.PatchAsync(
                path,
                new
                {
                    title = "No nights",
                    hours = (object?)null,
                    updated_at = made.Text("updated_at"),
                }
            )
        ).ShouldBe(HttpStatusCode.OK).Json;
        (put.Text("title"), put.GetProperty("hours").ValueKind).ShouldBe(
            ("No nights", System.Text.Json.JsonValueKind.Null)
        );
        app.Clock.Advance(TimeSpan.FromSeconds(1));
        (await mei.PatchAsync(path, new { title = "Again" })).ShouldBe(HttpStatusCode.OK);
        (await mei.PatchAsync(path, new { title = "Late", updated_at = put.Text("updated_at") })).ShouldBe(
            HttpStatusCode.Conflict
        );

        (await mei.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.MemoriesAsync()).ShouldBeEmpty();
        (await mei.PostAsync(path + "/restore", null, ("Idempotency-Key", "two")))
            .ShouldBe(HttpStatusCode.OK)
            .Json.Text("status")
            .ShouldBe("active");
        await mei.TellAsync("I prefer mornings");
        (await mei.MemoriesAsync()).Count.ShouldBe(2);

        // What was deleted or has expired long ago goes for good; the rest stays.
        (await mei.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        await mei.WriteDownAsync(
            new
            {
                type = "fact",
                title = "Until tomorrow",
                expires_at = RememberingApp.Now.AddDays(1),
            }
        );
        app.Clock.Advance(TimeSpan.FromDays(29));
        var cleaning = app.Services.GetRequiredService<CleanUpMemory>();
        await cleaning.RunOnceAsync(default);
        await using var db = await mei.MemoryAsync();
        (await db.Items.CountAsync()).ShouldBe(3);
        app.Clock.Advance(TimeSpan.FromDays(3));
        await cleaning.RunOnceAsync(default);
        (await db.Items.SingleAsync()).Title.ShouldBe("Prefers mornings");
    }

    [Fact]
    public async Task Five_of_each_are_recalled_constraints_first_and_by_their_words()
    {
        var (mei, li) = (await host.NewUserAsync(), await host.NewUserAsync());
        foreach (var type in (string[])["fact", "preference", "constraint"])
            for (var i = 0; i < 7; i++)
                (
                    await mei.WriteDownAsync(
                        new
                        {
                            type,
                            title = $"{type} {i}",
                            content = i == 0 ? "概率论在周三考试" : "",
                        }
                    )
                ).ShouldBe(HttpStatusCode.Created);
        var memory = host.App.Services.GetRequiredService<IMemory>();
        var found = await memory.RecallAsync(new RecallRequest { UserId = mei.Id, Text = "帮我复习概率论" }, default);
        found
            .Items.Select(i => i.Type)
            .ShouldBe([
                .. Enumerable.Repeat("constraint", 5),
                .. Enumerable.Repeat("preference", 5),
                .. Enumerable.Repeat("fact", 5),
            ]);
        foreach (var type in (string[])["constraint", "preference", "fact"])
            found.Items.First(i => i.Type == type).Title.ShouldBe($"{type} 0");
        (
            await memory.RecallAsync(new RecallRequest { UserId = li.Id, Text = "概率论" }, default)
        ).Items.ShouldBeEmpty();
        (await mei.PutAsync("/api/v1/memory/settings", new { enabled = false })).ShouldBe(HttpStatusCode.OK);
        var off = await memory.RecallAsync(new RecallRequest { UserId = mei.Id, Text = "概率论" }, default);
        (off.Enabled, off.Items.Count).ShouldBe((false, 0));
    }

    [Fact]
    public void Later_words_go_before_earlier_ones_of_the_same_weight()
    {
        var now = RememberingApp.Now;
        MemoryItem[] known =
        [
            .. Enumerable
                .Range(1, 7)
                .Select(i => new MemoryItem
                {
                    Id = i,
                    Type = MemoryType.Fact,
                    Title = $"t{i}",
                    Content = "",
                    Importance = 3,
                    UpdatedAt = now.AddDays(-i),
                }),
        ];
        Recall
            .Choose(known, "nothing of it", now, new Dictionary<long, double>())
            .Select(i => i.Id)
            .ShouldBe([1L, 2, 3, 4, 5]);
    }
}
