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
            (
                await app.Anonymous.SendAsync(HttpMethod.Get, page, null, ("If-None-Match", index.Header("ETag")!))
            ).ShouldBe(HttpStatusCode.NotModified);
        }
        var asset = (await app.Anonymous.SendAsync(HttpMethod.Get, "/assets/app-1.js")).ShouldBe(HttpStatusCode.OK);
        asset.Header("Cache-Control").ShouldBe("public, max-age=31536000, immutable");
        asset.Header("Content-Type").ShouldBe("text/javascript");
    }

    [Fact]
    public async Task A_compressed_form_is_sent_to_who_takes_it_and_caches_are_told()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, WebFiles.Folder, "assets");
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "forms-1.js"), "plain text");
        await File.WriteAllTextAsync(Path.Combine(folder, "forms-1.js.gz"), "small");
        await File.WriteAllTextAsync(Path.Combine(folder, "forms-1.js.br"), "smallest");
        (string Accepts, string? Encoding, string Body)[] cases =
        [
            ("br, gzip", "br", "smallest"),
            ("gzip, deflate", "gzip", "small"),
            ("br;q=0.1, gzip;q=0.9", "gzip", "small"),
            ("br;q=0, gzip;q=0", null, "plain text"),
            ("*", "br", "smallest"),
            ("identity", null, "plain text"),
        ];
        await using var app = await SmartFlowApp.StartAsync();
        foreach (var (accepts, encoding, body) in cases)
        {
            var asset = (
                await app.Anonymous.SendAsync(HttpMethod.Get, "/assets/forms-1.js", null, ("Accept-Encoding", accepts))
            ).ShouldBe(HttpStatusCode.OK);
            asset.Text.ShouldBe(body, accepts);
            asset.Header("Content-Encoding").ShouldBe(encoding, accepts);
            asset.Header("Content-Type").ShouldBe("text/javascript");
            asset.Header("Vary").ShouldBe("Accept-Encoding");
            asset.Header("Cache-Control").ShouldBe("public, max-age=31536000, immutable");
            var kept = await app.Anonymous.SendAsync(
                HttpMethod.Get,
                "/assets/forms-1.js",
                null,
                ("Accept-Encoding", accepts),
                ("If-None-Match", asset.Header("ETag")!)
            );
            kept.Status.ShouldBe(HttpStatusCode.NotModified, accepts);
            kept.Header("Vary").ShouldBe("Accept-Encoding");
        }
    }

    [Fact]
    public async Task Paths_of_programs_and_missing_files_are_not_pages()
    {
        await using var app = await SmartFlowApp.StartAsync();
        (await app.Anonymous.SendAsync(HttpMethod.Get, "/v1/nothing")).Status.ShouldBeOneOf(
            HttpStatusCode.NotFound,
            HttpStatusCode.Unauthorized
        );
        (await app.Anonymous.SendAsync(HttpMethod.Get, "/api/v1/nothing"))
            .Header("Content-Type")
            .ShouldBe("application/problem+json");
        (await app.Anonymous.SendAsync(HttpMethod.Get, "/assets/none.js")).Text.ShouldNotContain("<!doctype");
        (await app.Anonymous.SendAsync(HttpMethod.Get, "/../appsettings.json")).Text.ShouldNotContain("Logging");
        (await app.Anonymous.SendAsync(HttpMethod.Get, "/api/v1/auth/login")).ShouldBeRefused(
            ErrorCodes.MethodNotAllowed
        );
        (await app.Anonymous.SendAsync(HttpMethod.Get, "/healthz")).ShouldBe(HttpStatusCode.OK);
    }
}
