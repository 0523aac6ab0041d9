using System.Diagnostics;
using System.Net;
using SmartFlow.Planner.Courses.Import.Formats;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Courses;

/// <summary>Workbooks are read by a process of their own that ends when it should.</summary>
public sealed class SheetReaderTests
{
    [Theory]
    [InlineData("sheet.xlsx")]
    [InlineData("sheet.xls")]
    public async Task A_workbook_is_previewed_and_an_unreadable_one_is_refused_in_its_own_words(string file)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var preview = (await Importing.PreviewAsync(mei, file)).ShouldBe(HttpStatusCode.OK).Json;
        preview.GetProperty("format").GetString().ShouldBe("excel");
        preview
            .GetProperty("rows")
            .EnumerateArray()
            .Select(r => r.GetProperty("name").GetString())
            .ShouldBe(["数据库原理", "数据库原理", "软件工程"]);
        var refused = (await Importing.PreviewAsync(mei, "a.xlsx", Workbooks.Timetable(ExcelSheet.CellsMax)))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json;
        (refused.GetProperty("rule").GetString(), refused.GetProperty("max").GetInt32()).ShouldBe(
            ("file_cells", ExcelSheet.CellsMax)
        );
        refused.GetProperty("errors").GetProperty("file")[0].GetString().ShouldBe("must have at most 250000 cells");
        (await Importing.PreviewAsync(mei, "a.xlsx", Workbooks.Package(Workbooks.Row("甲"))))
            .Json.GetProperty("rule")
            .GetString()
            .ShouldBe("file_columns");
        await Eventually.IsTrueAsync(() => Task.FromResult(Children().Count == 0), "no reader is left");
    }

    [Fact]
    public async Task A_user_has_one_file_read_at_a_time_and_a_client_that_leaves_ends_it()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var (mei, li) = (await app.SignUpAsync(), await app.SignUpAsync("liwei"));
        using var gone = new CancellationTokenSource();
        using var body = Form(Workbooks.Timetable(ExcelSheet.CellsMax - 100));
        var first = mei.Http.PostAsync(new Uri(app.Url, "/api/v1/courses/import/preview"), body, gone.Token);
        var child = await StopChildAsync();
        var second = (await Importing.PreviewAsync(mei, "wakeup.csv")).ShouldBeRefused(ErrorCodes.LimitReached);
        second.Header("Retry-After").ShouldNotBeNull();
        (await Importing.PreviewAsync(li, "sheet.xlsx")).ShouldBe(HttpStatusCode.OK);

        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(first);
        await Eventually.IsTrueAsync(() => Task.FromResult(!Children().Contains(child)), "the reader ends");
        await Eventually.IsTrueAsync(
            async () => (await Importing.PreviewAsync(mei, "wakeup.csv")).Status == HttpStatusCode.OK,
            "the place is free"
        );
    }

    [Fact]
    public async Task A_reader_that_takes_too_long_or_too_much_is_ended_and_said_so()
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Planner:SheetSeconds"] = "3";
            s.Settings["Planner:SheetMebibytes"] = "64";
        });
        var mei = await app.SignUpAsync();
        var slow = Importing.PreviewAsync(mei, "a.xlsx", Workbooks.Timetable(ExcelSheet.CellsMax - 100));
        var child = await StopChildAsync();
        (await slow)
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("rule")
            .GetString()
            .ShouldBe("file_costly");
        await Eventually.IsTrueAsync(() => Task.FromResult(!Children().Contains(child)), "the reader ends");

        var text = new string('x', 11_000_000);
        (await Importing.PreviewAsync(mei, "a.xlsx", Workbooks.Package(Workbooks.Row(text) + Workbooks.Row(text))))
            .Json.GetProperty("rule")
            .GetString()
            .ShouldBe("file_costly");
        (await Importing.PreviewAsync(mei, "sheet.xlsx")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Files_of_one_user_have_a_rate()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Planner:ImportsPerMinute"] = "2");
        var mei = await app.SignUpAsync();
        for (var i = 0; i < 2; i++)
            (await Importing.PreviewAsync(mei, "wakeup.csv")).ShouldBe(HttpStatusCode.OK);
        (await Importing.PreviewAsync(mei, "wakeup.csv"))
            .ShouldBeRefused(ErrorCodes.RateLimited)
            .Header("Retry-After")
            .ShouldNotBeNull();
        (await Importing.PreviewAsync(await app.SignUpAsync("liwei"), "wakeup.csv")).ShouldBe(HttpStatusCode.OK);
    }

    private static MultipartFormDataContent Form(byte[] bytes) =>
        new() { { new ByteArrayContent(bytes), "file", "a.xlsx" } };

    /// <summary>The reader that runs now, held where it is.</summary>
    private static async Task<int> StopChildAsync()
    {
        var child = (await Eventually.GetAsync(() => Task.FromResult(Children()), c => c.Count > 0))[0];
        using var stop = Process.Start("kill", ["-STOP", $"{child}"]);
        await stop.WaitForExitAsync();
        return child;
    }

    /// <summary>Readers that this process has started, by their parent and their arguments.</summary>
    private static List<int> Children()
    {
        List<int> found = [];
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id))
                continue;
            try
            {
                if (
                    !File.ReadAllText(Path.Combine(folder, "cmdline"))
                        .Contains($"\0{ParseSheet.Command}\0", StringComparison.Ordinal)
                )
                    continue;
                if (
                    File.ReadAllText(Path.Combine(folder, "status"))
                        .Contains($"PPid:\t{Environment.ProcessId}\n", StringComparison.Ordinal)
                )
                    found.Add(id);
            }
            catch (IOException)
            {
                // It has just ended.
            }
        }
        return found;
    }
}
