using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.UserAuth;

public sealed class RegisterTests
{
    [Fact]
    public async Task Registering_signs_in_at_once_and_opens_the_account_with_its_welcome()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var answer = await app.Anonymous.PostAsync(
            "/api/v1/auth/register",
            new
            {
                username = "Mei",
                password = "correct horse battery",
                email = "mei@example.org",
            }
        );
        answer.ShouldBe(HttpStatusCode.Created);
        var mei = new TestUser(app, answer);
        answer.Json.GetProperty("user_id").GetUInt64().ShouldBe(mei.Id);
        answer.Json.GetProperty("username").GetString().ShouldBe("Mei");
        answer.Json.GetProperty("expires_in").GetInt32().ShouldBe(900);
        var me = (await mei.GetAsync("/api/v1/auth/me")).ShouldBe(HttpStatusCode.OK).Json;
        me.GetProperty("email").GetString().ShouldBe("mei@example.org");
        me.GetProperty("roles").GetArrayLength().ShouldBe(0);
        (await app.BalanceMicrosAsync(mei)).ShouldBe(100_000_000);
    }

    [Theory]
    [InlineData("明")]
    [InlineData("小明")]
    [InlineData("a.b-c_1")]
    [InlineData("ÅsaÖ")]
    public async Task Names_of_any_script_are_taken(string name)
    {
        await using var app = await SmartFlowApp.StartAsync();
        (await app.SignUpAsync(name)).Name.ShouldBe(name);
    }

    [Theory]
    [InlineData("mei", "MEI")]
    [InlineData("mei", "ｍｅｉ")]
    public async Task A_name_that_differs_only_in_form_is_taken_already(string first, string second)
    {
        await using var app = await SmartFlowApp.StartAsync();
        await app.SignUpAsync(first);
        var answer = await app.Anonymous.PostAsync(
            "/api/v1/auth/register",
            new { username = second, password = TestUser.DefaultPassword }
        );
        answer.ShouldBeRefused(ErrorCodes.AlreadyExists);
        answer.Json.GetProperty("errors").GetProperty("username").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task Every_bad_field_is_named_with_its_reason()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var answer = await app.Anonymous.PostAsync(
            "/api/v1/auth/register",
            new
            {
                username = "a b",
                password = "short",
                email = "nobody",
            }
        );
        answer.ShouldBeRefused(ErrorCodes.InvalidArgument);
        answer
            .Json.GetProperty("errors")
            .EnumerateObject()
            .Select(e => e.Name)
            .ShouldBe(["username", "password", "email"]);
    }

    [Theory]
    [InlineData(9, false)]
    [InlineData(10, true)]
    [InlineData(128, true)]
    [InlineData(129, false)]
    public async Task A_password_has_10_to_128_characters_and_no_other_rule(int length, bool taken)
    {
        await using var app = await SmartFlowApp.StartAsync();
        var answer = await app.Anonymous.PostAsync(
            "/api/v1/auth/register",
            new { username = "mei", password = new string('密', length) }
        );
        answer.Status.ShouldBe(taken ? HttpStatusCode.Created : HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Of_many_at_once_under_one_name_one_gets_it()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var body = new { username = "mei", password = TestUser.DefaultPassword };
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => app.Anonymous.PostAsync("/api/v1/auth/register", body))
        );
        answers.Count(a => a.Status == HttpStatusCode.Created).ShouldBe(1);
        answers.Count(a => a.Status == HttpStatusCode.Conflict).ShouldBe(7);
    }
}
