using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web.Auth;
using static SmartFlow.Tests.UserAuth.Renewal;

namespace SmartFlow.Tests.UserAuth;

public sealed class ApiKeyRoutesTests
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

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    public async Task A_key_needs_a_name(string name)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        (await mei.PostAsync(Keys, new { name })).ShouldBeRefused(ErrorCodes.InvalidArgument);
    }

    [Fact]
    public async Task A_key_is_made_soon_after_the_sign_in_or_with_the_password()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        (await mei.PostAsync(Keys, new { name = "at once" })).ShouldBe(HttpStatusCode.Created);
        app.Clock.Advance(TimeSpan.FromMinutes(14));
        (await mei.PostAsync(Keys, new { name = "soon" })).ShouldBe(HttpStatusCode.Created);
        var late = new TestUser(app, await RefreshAsync(app, mei, TimeSpan.FromMinutes(2)));
        foreach (
            var body in new object[] { new { name = "late" }, new { name = "late", password = "not this one at all" } }
        )
        {
            var refused = (await late.PostAsync(Keys, body)).ShouldBeRefused(ErrorCodes.PasswordRequired);
            refused.Json.GetProperty("errors").GetProperty("password").GetArrayLength().ShouldBe(1);
        }
        (await late.PostAsync(Keys, new { name = "late", password = TestUser.DefaultPassword })).ShouldBe(
            HttpStatusCode.Created
        );
        (await (await app.SignInAsync("mei")).PostAsync(Keys, new { name = "anew" })).ShouldBe(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Guesses_at_the_password_of_a_key_count_as_failed_sign_ins()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var late = new TestUser(app, await RefreshAsync(app, await app.SignUpAsync(), TimeSpan.FromMinutes(16)));
        for (var i = 0; i < 5; i++)
            (await late.PostAsync(Keys, new { name = "k", password = "not this one at all" })).ShouldBeRefused(
                ErrorCodes.PasswordRequired
            );
        (await late.PostAsync(Keys, new { name = "k", password = TestUser.DefaultPassword })).ShouldBeRefused(
            ErrorCodes.AccountLocked
        );
    }
}
