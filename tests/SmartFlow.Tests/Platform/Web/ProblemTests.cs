using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Platform.Web;

public sealed class ProblemTests
{
    private const string Login = "/api/v1/auth/login";
    private const string Probe = "/api/v1/probe";

    private enum Colour
    {
        DarkRed,
    }

    [Fact]
    public async Task Broken_json_is_told_with_its_place()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var answer = await PostAsync(app, Login, "{\n  \"username\": \"mei\",,");
        answer
            .ShouldBeRefused(ErrorCodes.MalformedBody)
            .Json.GetProperty("detail")
            .GetString()!
            .ShouldContain("line 2");
    }

    [Theory]
    [InlineData("""{"username":5,"password":"x"}""", "username", "must be a string")]
    [InlineData("""{"username":null,"password":"x"}""", "username", "must not be null")]
    [InlineData("""{"username":"mei"}""", "password", "is required")]
    public async Task A_bad_field_is_told_with_its_reason(string body, string field, string reason)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var answer = (await PostAsync(app, Login, body)).ShouldBeRefused(ErrorCodes.InvalidArgument);
        answer.Json.GetProperty("errors").GetProperty(field)[0].GetString().ShouldBe(reason);
        answer.Text.ShouldNotContain("SmartFlow.", Case.Sensitive, "type names are internals");
    }

    [Theory]
    [InlineData(
        """{"count":"five","colour":"dark_red","at":"2026-11-22T08:00:00Z"}""",
        "count",
        "must be a whole number"
    )]
    [InlineData("""{"count":1.5,"colour":"dark_red","at":"2026-11-22T08:00:00Z"}""", "count", "must be a whole number")]
    [InlineData("""{"count":5,"colour":"green","at":"2026-11-22T08:00:00Z"}""", "colour", "must be one of dark_red")]
    [InlineData("""{"count":5,"colour":0,"at":"2026-11-22T08:00:00Z"}""", "colour", "must be one of dark_red")]
    [InlineData(
        """{"count":5,"colour":"dark_red","at":"2026-11-22T08:00:00"}""",
        "at",
        "must be a time like 2026-11-22T08:00:00Z"
    )]
    [InlineData("""{"count":5,"colour":"dark_red","at":"noon"}""", "at", "must be a time like 2026-11-22T08:00:00Z")]
    public async Task A_value_of_the_wrong_kind_is_told_in_words(string body, string field, string reason)
    {
        await using var app = await StartWithProbesAsync();
        var answer = (await PostAsync(app, Probe + "/typed", body)).ShouldBeRefused(ErrorCodes.InvalidArgument);
        answer.Json.GetProperty("errors").GetProperty(field)[0].GetString().ShouldBe(reason);
    }

    [Theory]
    [InlineData("""{"username":5}""", "username: must be a string; password: is required.")]
    [InlineData("""[]""", "body: must be an object.")]
    [InlineData("""5""", "body: must be an object.")]
    public async Task Every_wrong_field_is_told_at_once(string body, string detail)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var answer = (await PostAsync(app, Login, body)).ShouldBeRefused(ErrorCodes.InvalidArgument);
        answer.Json.GetProperty("detail").GetString().ShouldBe(detail);
    }

    [Fact]
    public async Task A_body_that_is_too_long_to_be_looked_at_again_names_its_first_field()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var answer = await PostAsync(app, Login, $$"""{"more":"{{new string('x', 100_000)}}","username":5}""");
        answer
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .EnumerateObject()
            .Single()
            .Name.ShouldBe("username");
    }

    [Fact]
    public async Task Parts_of_lists_and_parameters_are_told_by_their_names()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        (string Verb, string Path, object? Body, string Field, string Reason)[] cases =
        [
            ("GET", "/api/v1/tasks?page=x", null, "page", "must be a whole number"),
            ("GET", "/api/v1/calls?page_size=99999999999", null, "page_size", "must be a whole number"),
            ("GET", "/api/v1/calls/summary?utc_offset_minutes=x", null, "utc_offset_minutes", "must be a whole number"),
            (
                "POST",
                "/api/v1/api-keys",
                new { name = "a", limits = new { requests_per_minute = "many" } },
                "limits.requests_per_minute",
                "must be a whole number"
            ),
            (
                "POST",
                "/api/v1/api-keys",
                new { name = "a", scopes = new object?[] { "chat", 5 } },
                "scopes[1]",
                "must be a string"
            ),
            ("POST", "/api/v1/api-keys", new { name = "a", scopes = "chat" }, "scopes", "must be a list"),
            (
                "POST",
                "/api/v1/api-keys",
                new { name = "a", expires_at = "noon" },
                "expires_at",
                "must be a time like 2026-11-22T08:00:00Z"
            ),
            ("POST", "/api/v1/api-keys", new { name = (string?)null }, "name", "must not be null"),
        ];
        foreach (var (verb, path, body, field, reason) in cases)
            (verb == "GET" ? await mei.GetAsync(path) : await mei.PostAsync(path, body!))
                .ShouldBeRefused(ErrorCodes.InvalidArgument)
                .Json.GetProperty("errors")
                .GetProperty(field)[0]
                .GetString()
                .ShouldBe(reason, path);
    }

    [Fact]
    public async Task Names_and_values_are_snake_case_and_times_are_utc()
    {
        await using var app = await StartWithProbesAsync();
        var answer = await PostAsync(
            app,
            Probe + "/typed",
            """{"count":5,"colour":"dark_red","at":"2026-11-22T08:00:00.5+08:00"}"""
        );
        answer
            .ShouldBe(HttpStatusCode.OK)
            .Text.ShouldBe(
                """{"count":5,"colour":"dark_red","at":"2026-11-22T00:00:00.5Z","max_value":18446744073709551615,"left_out":null}"""
            );
    }

    [Fact]
    public async Task An_oversized_body_is_refused_before_it_is_read()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Web:MaxBodyBytes"] = "4096");
        (await PostAsync(app, Login, new string(' ', 5_000))).ShouldBeRefused(ErrorCodes.PayloadTooLarge);
    }

    [Fact]
    public async Task Another_media_type_is_refused()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var answer = await app.Anonymous.PostAsync(
            Login,
            (object)new StringContent("username=mei", Encoding.UTF8, "text/plain")
        );
        answer.ShouldBeRefused(ErrorCodes.UnsupportedMediaType);
    }

    [Theory]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/nothing")]
    public async Task An_unknown_address_is_not_found(string path)
    {
        await using var app = await SmartFlowApp.StartAsync();
        (await app.Anonymous.FetchAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task A_wrong_method_is_told_which_ones_there_are()
    {
        await using var app = await SmartFlowApp.StartAsync();
        (await app.Anonymous.FetchAsync(Login))
            .ShouldBeRefused(ErrorCodes.MethodNotAllowed)
            .Header("Allow")
            .ShouldBe("POST");
    }

    [Fact]
    public async Task A_refusal_carries_its_fields_extensions_and_wait()
    {
        await using var app = await StartWithProbesAsync();
        var answer = (await PostAsync(app, Probe + "/refused", "{}")).ShouldBeRefused(ErrorCodes.InsufficientCredit);
        answer.Json.GetProperty("missing_micros").GetInt64().ShouldBe(12);
        answer.Json.GetProperty("errors").GetProperty("max_tokens")[0].GetString().ShouldBe("is too high");
        answer.Json.GetProperty("title").GetString().ShouldBe(ErrorCodes.InsufficientCredit.Title);
        answer.Json.GetProperty("type").GetString().ShouldBe("urn:smartflow:error:insufficient_credit");
        answer.Header("Retry-After").ShouldBe("2");
    }

    [Fact]
    public async Task A_defect_of_ours_shows_nothing_but_the_id_of_the_request()
    {
        await using var app = await StartWithProbesAsync();
        var answer = (await PostAsync(app, Probe + "/broken", "{}", ("X-Request-ID", "my-request"))).ShouldBeRefused(
            ErrorCodes.Internal
        );
        answer.Text.ShouldNotContain("secret reason");
        answer.Json.GetProperty("request_id").GetString().ShouldBe("my-request");
        answer.Header("X-Request-ID").ShouldBe("my-request");
    }

    [Fact]
    public async Task Without_a_token_every_route_of_the_api_is_closed()
    {
        await using var app = await StartWithProbesAsync();
        var answer = await app.Anonymous.FetchAsync(Probe + "/closed");
        answer.ShouldBeRefused(ErrorCodes.Unauthenticated).Header("WWW-Authenticate").ShouldBe("Bearer");
        var mei = await app.SignUpAsync();
        (await mei.GetAsync(Probe + "/closed")).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_operators_routes_need_the_role()
    {
        await using var app = await StartWithProbesAsync();
        var mei = await app.SignUpAsync();
        (await mei.GetAsync(Probe + "/operator")).ShouldBeRefused(ErrorCodes.Forbidden);
    }

    [Fact]
    public async Task An_api_key_opens_what_takes_keys()
    {
        await using var app = await StartWithProbesAsync();
        var mei = await app.SignUpAsync();
        var key = await mei.CreateApiKeyAsync();
        var byKey = await app.Anonymous.FetchAsync(Probe + "/keys", ("Authorization", "Bearer " + key));
        byKey
            .ShouldBe(HttpStatusCode.OK)
            .Text.ShouldBe(mei.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        (await mei.GetAsync(Probe + "/keys")).Text.ShouldBe(byKey.Text);
        var unknown = await app.Anonymous.FetchAsync(Probe + "/keys", ("Authorization", "Bearer sf-unknown"));
        unknown.ShouldBeRefused(ErrorCodes.Unauthenticated);
        (await app.Anonymous.FetchAsync(Probe + "/closed", ("Authorization", "Bearer " + key))).ShouldBeRefused(
            ErrorCodes.Unauthenticated
        );
    }

    [Fact]
    public async Task Every_answer_carries_the_security_headers()
    {
        await using var app = await SmartFlowApp.StartAsync();
        foreach (var path in new[] { "/healthz", "/api/v1/nothing", "/api/v1/auth/me" })
        {
            var answer = await app.Anonymous.FetchAsync(path);
            answer.Header("X-Content-Type-Options").ShouldBe("nosniff");
            answer.Header("Content-Security-Policy")!.ShouldContain("frame-ancestors 'none'");
            answer.Header("Content-Security-Policy")!.ShouldNotContain("script-src 'unsafe-inline'");
            answer.Header("Referrer-Policy").ShouldBe("same-origin");
            answer.Header("X-Request-ID")!.Length.ShouldBe(32);
            answer.Header("Server").ShouldBeNull();
        }
    }

    [Fact]
    public async Task A_request_id_that_could_forge_a_log_line_is_replaced()
    {
        await using var app = await SmartFlowApp.StartAsync();
        (await app.Anonymous.FetchAsync("/healthz", ("X-Request-ID", "a b")))
            .Header("X-Request-ID")!
            .Length.ShouldBe(32);
        (await app.Anonymous.FetchAsync("/healthz", ("X-Request-ID", new string('a', 129))))
            .Header("X-Request-ID")!
            .Length.ShouldBe(32);
    }

    [Fact]
    public async Task The_process_says_that_it_is_up_and_ready()
    {
        await using var app = await SmartFlowApp.StartAsync();
        (await app.Anonymous.FetchAsync("/healthz"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("status")
            .GetString()
            .ShouldBe("ok");
        var ready = (await app.Anonymous.FetchAsync("/readyz")).ShouldBe(HttpStatusCode.OK).Json;
        ready
            .GetProperty("checks")
            .EnumerateArray()
            .ShouldContain(c => c.GetProperty("name").GetString() == "databases");
    }

    [Fact]
    public async Task A_database_that_misses_a_migration_is_not_ready()
    {
        await using var app = await SmartFlowApp.StartAsync();
        File.Delete(Path.Combine(app.DataFolder, "planner.db"));
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        var ready = await app.Anonymous.FetchAsync("/readyz");
        ready.ShouldBe(HttpStatusCode.ServiceUnavailable).Text.ShouldContain("planner misses");
    }

    private static Task<Answer> PostAsync(
        SmartFlowApp app,
        string path,
        string body,
        params (string, string)[] headers
    ) => app.Anonymous.PostAsync(path, (object)new StringContent(body, Encoding.UTF8, "application/json"), headers);

    private static Task<SmartFlowApp> StartWithProbesAsync() =>
        SmartFlowApp.StartAsync(setup =>
            setup.Routes = routes =>
            {
                routes
                    .MapPost(Probe + "/typed", (Typed typed) => typed with { MaxValue = ulong.MaxValue })
                    .AllowAnonymous();
                routes
                    .MapPost(Probe + "/broken", string () => throw new InvalidOperationException("secret reason"))
                    .AllowAnonymous();
                routes
                    .MapPost(Probe + "/refused", string () =>
                        throw new RefusedException(
                            ErrorCodes.InsufficientCredit,
                            "Not enough.",
                            new Dictionary<string, string[]> { ["max_tokens"] = ["is too high"] },
                            new Dictionary<string, object?> { ["missing_micros"] = 12L },
                            TimeSpan.FromSeconds(1.5)
                        )
                    )
                    .AllowAnonymous();
                routes.MapGet(Probe + "/closed", () => "open");
                routes
                    .MapGet(Probe + "/operator", () => "open")
                    .RequireAuthorization(SmartFlow.Platform.Web.Auth.Policies.Operator);
                routes
                    .MapGet(Probe + "/keys", (System.Security.Claims.ClaimsPrincipal user) =>
                        SmartFlow.Platform.Web.CurrentUser.UserId(user)
                    )
                    .RequireAuthorization(SmartFlow.Platform.Web.Auth.Policies.OpenAiClient);
            }
        );

    private sealed record Typed(
        int Count,
        Colour Colour,
        DateTimeOffset At,
        ulong MaxValue = 0,
        string? LeftOut = null
    );
}
