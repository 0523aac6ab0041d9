using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Planner.Courses.Importing;

namespace SmartFlow.Tests.Planner.Courses;

[Collection(nameof(CourseImportCollection))]
public sealed class GetImportCapabilitiesTests(StartedApp started)
{
    [Fact]
    public async Task A_photo_is_offered_to_nobody_where_it_would_be_refused()
    {
        const string Path = "/api/v1/courses/import/capabilities";
        var mei = await started.NewUserAsync();
        (await mei.GetAsync(Path)).ShouldBe(HttpStatusCode.OK).Json.GetProperty("photo").GetBoolean().ShouldBeFalse();
        Rule(await PreviewAsync(mei, "t.png", PhotoTests.Png, field: "image")).ShouldBe("image_no_vision");
        (await started.App.Anonymous.FetchAsync(Path)).ShouldBeRefused(ErrorCodes.Unauthenticated);
    }
}
