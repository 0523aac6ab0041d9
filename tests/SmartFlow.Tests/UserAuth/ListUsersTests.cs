using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.UserAuth;

[Collection(nameof(MailedApp))]
public sealed class ListUsersTests(MailedApp mailed)
{
    private const string Users = "/api/v1/admin/users";

    [Fact]
    public async Task Operators_find_users_by_the_beginning_of_a_name_or_by_number_and_nobody_else_does()
    {
        var (boss, found) = (await mailed.App.OperatorAsync(), await mailed.App.SignUpAsync("Lin-Mei"));
        await mailed.App.SignUpAsync("not-lin-mei");
        var byName = (await boss.GetAsync($"{Users}?q=LIN-")).ShouldBe(HttpStatusCode.OK).Json.GetProperty("items");
        var user = byName.EnumerateArray().ShouldHaveSingleItem();
        user.GetProperty("user_id").GetUInt64().ShouldBe(found.Id);
        user.GetProperty("username").GetString().ShouldBe("Lin-Mei");
        user.GetProperty("roles").GetArrayLength().ShouldBe(0);
        var byNumber = (await boss.GetAsync($"{Users}?q={boss.Id}")).Json.GetProperty("items");
        byNumber.EnumerateArray().ShouldHaveSingleItem().GetProperty("roles")[0].GetString().ShouldBe("operator");
        var refused = (await boss.GetAsync($"{Users}?q={new string('x', 65)}")).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        refused.Json.GetProperty("errors").GetProperty("q").GetArrayLength().ShouldBe(1);
        (await found.GetAsync(Users)).ShouldBeRefused(ErrorCodes.Forbidden);
    }
}
