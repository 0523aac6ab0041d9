namespace SmartFlow.Tests.Platform.Web;

/// <summary>The committed description is what the web client's types are generated from.</summary>
public sealed class OpenApiTests
{
    private static readonly string Committed = Path.Combine(Repository.Root, "docs", "openapi.v1.json");

    [Fact]
    public async Task The_committed_document_is_the_one_that_is_served()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var served =
            (await app.Anonymous.FetchAsync("/openapi/v1.json")).Text.ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable("UPDATE") == "1")
            await File.WriteAllTextAsync(Committed, served);
        var differences = served.Split('\n').Except((await File.ReadAllTextAsync(Committed)).Split('\n')).ToArray();
        (served == await File.ReadAllTextAsync(Committed)).ShouldBeTrue(
            "The HTTP surface has changed. Review it, then run this test once with UPDATE=1. New lines:\n"
                + string.Join('\n', differences)
        );
    }

    [Fact]
    public async Task Ids_and_amounts_are_integers_and_times_are_strings()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var schemas = (await app.Anonymous.FetchAsync("/openapi/v1.json"))
            .Json.GetProperty("components")
            .GetProperty("schemas");
        var me = schemas.GetProperty("MeAnswer").GetProperty("properties");
        me.GetProperty("user_id").GetProperty("type").GetString().ShouldBe("integer");
        me.GetProperty("created_at").GetProperty("type").GetString().ShouldBe("string");
        me.GetProperty("created_at").GetProperty("format").GetString().ShouldBe("date-time");
    }

    [Fact]
    public async Task Only_what_works_without_signing_in_asks_for_no_token()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var paths = (await app.Anonymous.FetchAsync("/openapi/v1.json")).Json.GetProperty("paths");
        paths.GetProperty("/api/v1/auth/login").GetProperty("post").TryGetProperty("security", out _).ShouldBeFalse();
        paths.GetProperty("/api/v1/auth/me").GetProperty("get").GetProperty("security").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Answers_say_what_they_always_have_and_words_of_few_are_listed()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var document = (await app.Anonymous.FetchAsync("/openapi/v1.json")).Json;
        var schemas = document.GetProperty("components").GetProperty("schemas");
        foreach (
            var (schema, always) in new[]
            {
                ("BlockView", "conflict"),
                ("PostDetail", "title"),
                ("SavedPriceRule", "version"),
                ("Slot", "week"),
            }
        )
            Required(schema).ShouldContain(always, schema);
        Required("SessionAnswer").ShouldNotContain("access_token");
        Required("ArrangementFields").ShouldNotContain("id");
        schemas
            .GetProperty("QuickTaskView")
            .GetProperty("properties")
            .GetProperty("priority_group")
            .GetProperty("enum")
            .EnumerateArray()
            .Select(v => v.GetInt32())
            .ShouldBe([1, 2, 3, 4]);
        document
            .GetProperty("paths")
            .GetProperty("/api/v1/schedule/plan/{previewId}/apply")
            .GetProperty("post")
            .GetProperty("parameters")
            .EnumerateArray()
            .Count(p => p.GetProperty("name").GetString() == "Idempotency-Key")
            .ShouldBe(1);

        string[] Required(string schema) =>
            [.. schemas.GetProperty(schema).GetProperty("required").EnumerateArray().Select(r => r.GetString()!)];
    }
}
