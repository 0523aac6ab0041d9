using System.Text.Json;

namespace SmartFlow.Tests.Planner.Courses;

/// <summary>A file on its way into the timetable.</summary>
internal static class Importing
{
    private static int keys;

    public static Task<Answer> PreviewAsync(TestUser user, string file) =>
        PreviewAsync(user, file, File.ReadAllBytes(Path.Combine(Fixtures.Folder("timetables"), file)));

    public static Task<Answer> PreviewAsync(
        TestUser user,
        string name,
        byte[] bytes,
        string field = "file",
        params (string Name, string Value)[] headers
    ) => user.PostAsync("/api/v1/courses/import/preview", Form(name, bytes, field), headers);

    public static MultipartFormDataContent Form(string name, byte[] bytes, string field, int? week = 1)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(bytes), field, name } };
        if (week is { } said)
            form.Add(new StringContent($"{said}"), "current_week");
        return form;
    }

    public static Task<Answer> ImportAsync(TestUser user, JsonElement preview, int[] rows, bool replace = false) =>
        PostImportAsync(
            user,
            new
            {
                preview_id = preview.GetProperty("preview_id").GetString(),
                rows,
                replace_conflicts = replace,
            }
        );

    public static Task<Answer> PostImportAsync(TestUser user, object body) =>
        user.PostAsync("/api/v1/courses/import", body, ("Idempotency-Key", $"k{Interlocked.Increment(ref keys)}"));

    public static async Task<List<JsonElement>> CoursesAsync(TestUser user) =>
        [.. (await user.GetAsync("/api/v1/courses?page_size=200")).Json.GetProperty("items").EnumerateArray()];

    public static string? Rule(Answer answer) => answer.Json.GetProperty("rule").GetString();
}
