using System.Net;
using SmartFlow.Gateway.WebApp;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Gateway;

public class WebFilesTests
{
    [Fact]
    public async Task The_application_is_served_with_what_browsers_may_keep()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, WebFiles.Folder);
        Directory.CreateDirectory(Path.Combine(folder, "assets"));
        await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), "<!doctype html>app");
        await File.WriteAllTextAsync(Path.Combine(folder, "assets", "app-1.js"), "1");
        await using var app = await SmartFlowApp.StartAsync();
        foreach (var page in new[] { "/", "/index.html", "/store/orders", "/tasks" })
        {
            var index = (await app.Anonymous.SendAsync(HttpMethod.Get, page)).ShouldBe(HttpStatusCode.OK);
            index.Text.ShouldBe("<!doctype html>app");
            index.Header("Cache-Control").ShouldBe("no-cache");
            index.Header("Content-Type").ShouldBe("text/html");
            index.Header("Content-Security-Policy").ShouldNotBeNull();
            (await app.Anonymous.SendAsync(HttpMethod.Get, page, null, ("If-None-Match", index.Header("ETag")!))).ShouldBe(HttpStatusCode.NotModified);
        }
        var asset = (await app.Anonymous.SendAsync(HttpMethod.Get, "/assets/app-1.js")).ShouldBe(HttpStatusCode.OK);
        asset.Header("Cache-Control").ShouldBe("public, max-age=31536000, immutable");
        asset.Header("Content-Type").ShouldBe("text/javascript");
    }

    [Fact]
    public async Task Paths_of_programs_and_missing_files_are_not_pages()
    {
        await using var app = await SmartFlowApp.StartAsync();
        (await app.Anonymous.SendAsync(HttpMethod.Get, "/v1/nothing")).Status.ShouldBeOneOf(HttpStatusCode.NotFound, HttpStatusCode.Unauthorized);
        (await app.Anonymous.SendAsync(HttpMethod.Get, "/api/v1/nothing")).Header("Content-Type").ShouldBe("application/problem+json");
        (await app.Anonymous.SendAsync(HttpMethod.Get, "/assets/none.js")).Text.ShouldNotContain("<!doctype");
        (await app.Anonymous.SendAsync(HttpMethod.Get, "/../appsettings.json")).Text.ShouldNotContain("Logging");
        (await app.Anonymous.SendAsync(HttpMethod.Get, "/api/v1/auth/login")).ShouldBeRefused(ErrorCodes.MethodNotAllowed);
        (await app.Anonymous.SendAsync(HttpMethod.Get, "/healthz")).ShouldBe(HttpStatusCode.OK);
    }
}
