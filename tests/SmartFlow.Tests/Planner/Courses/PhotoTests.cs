using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Courses;

/// <summary>Photos against a model's server that says what a test wants.</summary>
public sealed class PhotoTests : IAsyncLifetime
{
    /// <summary>Enough of one for who looks at the first bytes.</summary>
    internal static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, .. new byte[64]];

    private FakeProvider model = null!;
    private SmartFlowApp app = null!;
    private TestUser mei = null!;

    public async ValueTask InitializeAsync()
    {
        model = await FakeProvider.StartAsync();
        app = await SmartFlowApp.StartAsync(setup =>
        {
            setup.Settings["Llm:BaseUrl"] = model.BaseUrl;
            setup.Settings["Llm:Model"] = "fake";
        });
        mei = await app.SignUpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await model.DisposeAsync();
    }

    [Fact]
    public async Task A_photo_is_read_by_the_model_and_paid_for_once_by_its_owner()
    {
        model.Says(
            """
            {"courses":[{"name":"高等数学","day":1,"section_from":1,"section_to":2,"weeks":"1-15单","teacher":"张建国","place":null,"confidence":0.95},
            {"name":"英语","day":2,"section_from":3,"section_to":4,"weeks":"?","teacher":null,"place":"205","confidence":0.4}]}
            """
        );
        var before = await BalanceAsync();
        var first = await Importing.PreviewAsync(mei, "t.png", Png, "image", ("Idempotency-Key", "photo-1"));
        var rows = first.ShouldBe(HttpStatusCode.OK).Json.GetProperty("rows");
        first.Json.GetProperty("format").GetString().ShouldBe("photo");
        rows[0].GetProperty("weeks").GetArrayLength().ShouldBe(8);
        rows[0].GetProperty("confidence").GetDouble().ShouldBe(0.95);
        rows[1].GetProperty("confidence").GetDouble().ShouldBe(0.4);
        rows[1].GetProperty("errors")[0].GetProperty("field").GetString().ShouldBe("weeks");

        var sent = model.Received.Last().Body["messages"]!.AsArray()[^1]!["content"]!.AsArray();
        sent[1]!["image_url"]!["url"]!.GetValue<string>().ShouldStartWith("data:image/png;base64,");
        await Eventually.IsTrueAsync(async () => await BalanceAsync() < before, "the photo was paid for");
        var paid = await BalanceAsync();

        var calls = model.Received.Count;
        var again = await Importing.PreviewAsync(mei, "t.png", Png, "image", ("Idempotency-Key", "photo-1"));
        again.Json.GetProperty("preview_id").GetString().ShouldBe(first.Json.GetProperty("preview_id").GetString());
        model.Received.Count.ShouldBe(calls);
        (await BalanceAsync()).ShouldBe(paid);
        (await mei.GetAsync("/api/v1/credit-store/consumption-dashboard"))
            .Json.GetProperty("by_scene")
            .GetRawText()
            .ShouldContain("\"course.parse_image\"");
    }

    [Fact]
    public async Task An_answer_that_is_no_timetable_and_a_model_that_fails_are_told_and_nothing_is_kept()
    {
        model.Says("I see a cat.");
        (await Importing.PreviewAsync(mei, "t.png", Png, "image")).ShouldBeRefused(ErrorCodes.Unprocessable);
        model.Received.Count.ShouldBe(3);
        model.Says("""{"courses":[]}""");
        (
            await Importing.PreviewAsync(mei, "t.jpg", [0xFF, 0xD8, 0xFF, 0xE0, .. new byte[20]], "image")
        ).ShouldBeRefused(ErrorCodes.Unprocessable);
        model.Answers = _ => new FakeAnswer
        {
            Status = 400,
            Raw = ("application/json", """{"error":{"message":"no images","type":"invalid_request_error"}}"""),
        };
        (await Importing.PreviewAsync(mei, "t.png", Png, "image")).ShouldBeRefused(ErrorCodes.Unprocessable);
    }

    [Fact]
    public async Task A_user_without_Credit_is_told_so()
    {
        await using var poor = await SmartFlowApp.StartAsync(setup =>
        {
            setup.Settings["Llm:BaseUrl"] = model.BaseUrl;
            setup.Settings["Llm:Model"] = "fake";
            setup.Settings["TokenStore:WelcomeCredits"] = "0";
        });
        (await Importing.PreviewAsync(await poor.SignUpAsync(), "t.png", Png, "image")).ShouldBeRefused(
            ErrorCodes.InsufficientCredit
        );
        model.Received.ShouldBeEmpty();
    }

    private Task<long> BalanceAsync() => app.BalanceMicrosAsync(mei);
}
