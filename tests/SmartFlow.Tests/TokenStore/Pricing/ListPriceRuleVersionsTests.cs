using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.TokenStore;

[Collection(nameof(QuietStore))]
public sealed class ListPriceRuleVersionsTests(QuietStore store)
{
    private const string Rules = "/api/v1/admin/price-rules";

    [Fact]
    public async Task The_list_has_the_current_version_of_a_rule_that_is_off_and_by_its_id_all_of_them()
    {
        var (boss, mei) = (await store.App.OperatorAsync("pricer"), await store.App.SignUpAsync("reader"));
        var made = (await boss.PostAsync(Rules, Rule(2_000_000))).ShouldBe(HttpStatusCode.Created).Json;
        var id = made.GetProperty("rule_id").GetInt64();
        (await boss.PutAsync($"{Rules}/{id}", Rule(3_000_000, "inactive", version: 1))).ShouldBe(HttpStatusCode.OK);

        var list = (await boss.GetAsync(Rules)).ShouldBe(HttpStatusCode.OK).Json.GetProperty("items");
        var current = list.EnumerateArray()
            .Where(r => r.GetProperty("rule_id").GetInt64() == id)
            .ShouldHaveSingleItem();
        current.GetProperty("version").GetInt32().ShouldBe(2);
        current.GetProperty("status").GetString().ShouldBe("inactive");
        (await boss.GetAsync($"{Rules}?rule_id={id}"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .Select(r => r.GetProperty("input_price_micros").GetInt64())
            .ShouldBe([3_000_000, 2_000_000]);
        var refused = (await boss.GetAsync(Rules + "?page=0")).ShouldBeRefused(ErrorCodes.InvalidArgument);
        refused.Json.GetProperty("errors").GetProperty("page").GetArrayLength().ShouldBe(1);
        (await mei.GetAsync(Rules)).ShouldBeRefused(ErrorCodes.Forbidden);
    }

    private static object Rule(long input, string status = "active", int? version = null) =>
        new
        {
            scene = "*",
            provider_name = "openai",
            model_name = "listed",
            input_price_micros = input,
            output_price_micros = 8_000_000,
            status,
            version,
            confirm = true,
        };
}
