using System.Net;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web.Auth;
using Microsoft.Extensions.DependencyInjection;

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
