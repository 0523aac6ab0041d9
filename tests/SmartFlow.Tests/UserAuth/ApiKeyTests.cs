using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Tests.UserAuth;

public sealed class ApiKeyTests
{
    private const string Keys = "/api/v1/api-keys";

    [Fact]
    public async Task A_key_is_shown_once_and_recognised_by_its_beginning()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var created = (await mei.PostAsync(Keys, new { name = "my script" })).ShouldBe(HttpStatusCode.Created);
        var key = created.Json.GetProperty("key").GetString()!;
        key.ShouldStartWith("sf-");
        key.Length.ShouldBe(46);
        var list = (await mei.GetAsync(Keys)).ShouldBe(HttpStatusCode.OK);
        list.Text.ShouldNotContain(key);
        var item = list.Json.GetProperty("items").EnumerateArray().Single();
        item.GetProperty("name").GetString().ShouldBe("my script");
        key.ShouldStartWith(item.GetProperty("hint").GetString()!);
    }

    [Fact]
    public async Task A_key_opens_no_route_of_the_api()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var bearer = ("Authorization", "Bearer " + await mei.CreateApiKeyAsync());
        foreach (var path in new[] { "/api/v1/auth/me", Keys, "/api/v1/tasks" })
            (await app.Anonymous.FetchAsync(path, bearer)).ShouldBeRefused(ErrorCodes.Unauthenticated);
    }

    [Fact]
    public async Task A_verified_key_is_believed_for_a_while_and_a_revoked_one_not_at_all()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var key = await mei.CreateApiKeyAsync();
        var keys = app.Services.GetRequiredService<ApiKeys>();
        (await keys.VerifyAsync(key, default))!.UserId.ShouldBe(mei.Id);
        var id = (await mei.GetAsync(Keys)).Json.GetProperty("items")[0].GetProperty("id").GetInt64();
        (await mei.DeleteAsync($"{Keys}/{id}")).ShouldBe(HttpStatusCode.NoContent);
        (await keys.VerifyAsync(key, default)).ShouldBeNull();
        (await mei.GetAsync(Keys)).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await mei.DeleteAsync($"{Keys}/{id}")).ShouldBeRefused(ErrorCodes.NotFound);
    }

    [Fact]
    public async Task Nobody_revokes_the_key_of_another()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var key = await mei.CreateApiKeyAsync();
        var id = (await mei.GetAsync(Keys)).Json.GetProperty("items")[0].GetProperty("id").GetInt64();
        var other = await app.SignUpAsync("another");
        (await other.DeleteAsync($"{Keys}/{id}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await app.Services.GetRequiredService<ApiKeys>().VerifyAsync(key, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task The_number_of_keys_is_limited()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["UserAuth:MaxApiKeys"] = "1");
        var mei = await app.SignUpAsync();
        await mei.CreateApiKeyAsync();
        (await mei.PostAsync(Keys, new { name = "one more" })).ShouldBeRefused(ErrorCodes.Conflict);
    }

    [Fact]
    public async Task The_terms_of_a_key_are_shown_changed_and_taken_away()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        await mei.PostAsync(
            Keys,
            new
            {
                name = "script",
                scopes = new[] { "chat" },
                models = new[] { "demo" },
                expires_at = "2126-01-01T08:00:00+08:00",
                limits = new { requests_per_minute = 5, credit_per_day = 1.5 },
            }
        );
        var key = (await mei.GetAsync(Keys)).Json.GetProperty("items")[0];
        key.GetProperty("limits").GetProperty("credit_per_day").GetDecimal().ShouldBe(1.5m);
        key.GetProperty("limits")
            .GetProperty("credit_per_month")
            .ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        key.GetProperty("expires_at").GetString().ShouldStartWith("2126-01-01T00:00:00");
        var path = $"{Keys}/{key.GetProperty("id").GetInt64()}";
        var changed = (
            await mei.PatchAsync(path, new { limits = new { credit_per_month = 3 }, expires_at = (string?)null })
        )
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        changed
            .GetProperty("limits")
            .GetProperty("credit_per_day")
            .ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        changed.GetProperty("limits").GetProperty("credit_per_month").GetDecimal().ShouldBe(3);
        changed.GetProperty("scopes")[0].GetString().ShouldBe("chat");
        changed.GetProperty("expires_at").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        var other = await app.SignUpAsync("another");
        (await other.PatchAsync(path, new { name = "mine" })).ShouldBeRefused(ErrorCodes.NotFound);
    }

    [Theory]
    [InlineData("scopes", "{\"name\":\"a\",\"scopes\":[\"images\"]}")]
    [InlineData("limits.requests_per_minute", "{\"name\":\"a\",\"limits\":{\"requests_per_minute\":0}}")]
    [InlineData("limits.credit_per_day", "{\"name\":\"a\",\"limits\":{\"credit_per_day\":-1}}")]
    [InlineData("limits.credit_per_month", "{\"name\":\"a\",\"limits\":{\"credit_per_month\":0.0000001}}")]
    [InlineData("expires_at", "{\"name\":\"a\",\"expires_at\":\"2020-01-01T00:00:00Z\"}")]
    public async Task Terms_that_cannot_be_kept_are_refused_by_field(string field, string body)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var refused = (await mei.PostAsync(Keys, System.Text.Json.Nodes.JsonNode.Parse(body))).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        refused.Json.GetProperty("errors").TryGetProperty(field, out _).ShouldBeTrue(refused.Text);
    }

    [Fact]
    public async Task A_key_that_has_ended_opens_nothing_though_it_was_just_believed()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var end = app.Clock.GetUtcNow().AddSeconds(30);
        var key = (await mei.PostAsync(Keys, new { name = "short", expires_at = end }))
            .Json.GetProperty("key")
            .GetString()!;
        var keys = app.Services.GetRequiredService<ApiKeys>();
        (await keys.VerifyAsync(key, default)).ShouldNotBeNull();
        app.Clock.Advance(TimeSpan.FromSeconds(31));
        (await keys.VerifyAsync(key, default)).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public async Task A_key_needs_a_name(string name)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        (await mei.PostAsync(Keys, new { name })).ShouldBeRefused(ErrorCodes.InvalidArgument);
    }
}
