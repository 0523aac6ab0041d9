using System.Text.RegularExpressions;
using SmartFlow.Tests;
using static Microsoft.Playwright.Assertions;

namespace SmartFlow.E2E;

public sealed partial class FirstDayTests
{
    [Fact]
    public async Task A_timetable_is_imported_with_a_row_mended_in_place_and_the_import_is_undone()
    {
        var page = await site.VisitAsync();
        await Site.SignUpAsync(page, "导课表的人");
        await page.GotoAsync("/week/import");
        await page.GetByTestId("file-input")
            .SetInputFilesAsync(Path.Combine(Repository.Root, "tests", "fixtures", "timetables", "wakeup-errors.csv"));
        await page.GetByTestId("current-week").FillAsync("3");
        await Site.ShootAsync(page, "import-week-zh");
        await page.GetByTestId("week-answer").ClickAsync();
        await Expect(page.GetByTestId("preview-row")).ToHaveCountAsync(6);
        await page.GetByTestId("edit-row").Nth(1).ClickAsync();
        await page.GetByTestId("row-name").FillAsync("补上的课名");
        await page.GetByTestId("row-save").ClickAsync();
        await Site.ShootAsync(page, "import-zh");
        await page.GetByTestId("import").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/week$"));

        await page.GotoAsync("/week/courses");
        await Expect(page.GetByTestId("course")).ToHaveCountAsync(2);
        await Expect(page.GetByTestId("course").First).ToContainTextAsync("补上的课名");
        await Site.ShootAsync(page, "courses-zh");
        await page.GotoAsync("/week/import");
        await page.GetByTestId("undo-import").ClickAsync();
        await Expect(page.GetByTestId("undo-import")).ToHaveCountAsync(0);
        await page.GotoAsync("/week/courses");
        await Expect(page.GetByTestId("empty")).ToBeVisibleAsync();
    }
}
