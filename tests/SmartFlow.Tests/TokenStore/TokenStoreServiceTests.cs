using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.TokenStore;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.TokenStore;

/// <summary>The wire contract and the HTTP surface are two views of the same answers.</summary>
public sealed class TokenStoreServiceTests
{
    private const string Store = "/api/v1/credit-store/";

    [Fact]
    public async Task Http_shows_every_field_of_the_contract_with_the_same_value()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var wire = app.Services.GetRequiredService<ITokenStore>();
        var created = await wire.CreateCreditOrderAsync(
            new() { ActorUserId = mei.Id, ProductId = 2, Quantity = 2, IdempotencyKey = "wire" }, default);
        var paid = await wire.MockPaidCreditOrderAsync(
            new() { ActorUserId = mei.Id, OrderId = created.Order.OrderId, MockChannel = "wechat", IdempotencyKey = "p" }, default);
        paid.Order.Status.ShouldBe("credited");
        await app.ChargeAsync(mei, 1_234_567, "call-1");

        Same((await wire.GetCreditBalanceSnapshotAsync(new() { UserId = mei.Id }, default)).Snapshot, await JsonAsync(mei, "summary"));
        Same(
            (await wire.GetCreditConsumptionDashboardAsync(new() { ActorUserId = mei.Id, Period = "7d" }, default)).Dashboard,
            await JsonAsync(mei, "consumption-dashboard?period=7d"));
        SameItems((await wire.ListCreditProductsAsync(new() { ActorUserId = mei.Id }, default)).Items, await JsonAsync(mei, "products"));
        SameItems(
            (await wire.ListCreditOrdersAsync(new() { ActorUserId = mei.Id, Status = "credited" }, default)).Items,
            await JsonAsync(mei, "orders?status=credited"));
        Same(
            (await wire.GetCreditOrderAsync(new() { ActorUserId = mei.Id, OrderId = paid.Order.OrderId }, default)).Order,
            await JsonAsync(mei, $"orders/{paid.Order.OrderId}"));
        SameItems(
            (await wire.ListCreditTransactionsAsync(new() { ActorUserId = mei.Id, Direction = "income" }, default)).Items,
            await JsonAsync(mei, "transactions?direction=income"));
        SameItems((await wire.ListCreditPriceRulesAsync(new(), default)).Items, await JsonAsync(mei, "price-rules"));
        SameItems((await wire.ListCreditRewardRulesAsync(new(), default)).Items, await JsonAsync(mei, "reward-rules"));
    }

    [Fact]
    public async Task Ids_that_no_user_or_order_can_have_are_refused()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var wire = app.Services.GetRequiredService<ITokenStore>();
        await RefusedAsync(ErrorCodes.InvalidArgument, () => wire.GetCreditBalanceSnapshotAsync(new() { UserId = 0 }, default));
        await RefusedAsync(ErrorCodes.InvalidArgument, () => wire.GetCreditBalanceSnapshotAsync(new() { UserId = ulong.MaxValue }, default));
        await RefusedAsync(ErrorCodes.NotFound, () => wire.GetCreditBalanceSnapshotAsync(new() { UserId = 424_242 }, default));
        await RefusedAsync(
            ErrorCodes.NotFound, () => wire.GetCreditOrderAsync(new() { ActorUserId = mei.Id, OrderId = ulong.MaxValue }, default));
        await RefusedAsync(
            ErrorCodes.NotFound,
            () => wire.CreateCreditOrderAsync(new() { ActorUserId = 424_242, ProductId = 2, Quantity = 1, IdempotencyKey = "k" }, default));
        await RefusedAsync(
            ErrorCodes.IdempotencyKeyRequired,
            () => wire.CreateCreditOrderAsync(new() { ActorUserId = mei.Id, ProductId = 2, Quantity = 1 }, default));
        await RefusedAsync(
            ErrorCodes.InvalidArgument, () => wire.ListCreditTransactionsAsync(new() { ActorUserId = mei.Id, Page = -1 }, default));
        await RefusedAsync(
            ErrorCodes.InvalidArgument, () => wire.ListCreditOrdersAsync(new() { ActorUserId = mei.Id, PageSize = 1_000_000 }, default));
    }

    private static async Task RefusedAsync(ErrorCode code, Func<Task> call) =>
        (await call.ShouldThrowAsync<RefusedException>()).Code.ShouldBe(code);

    private static async Task<JsonElement> JsonAsync(TestUser user, string path) => (await user.GetAsync(Store + path)).Json;

    private static void SameItems(IReadOnlyList<IMessage> items, JsonElement page)
    {
        items.Count.ShouldBeGreaterThan(0);
        var shown = page.GetProperty("items").EnumerateArray().ToArray();
        shown.Length.ShouldBe(items.Count);
        for (var i = 0; i < items.Count; i++) Same(items[i], shown[i]);
    }

    /// <summary>Absent is "" or 0 on the wire and null in JSON.</summary>
    private static void Same(IMessage message, JsonElement shown)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(message);
            var json = shown.GetProperty(field.Name);
            var text = json.ValueKind == JsonValueKind.Null
                ? field.FieldType == FieldType.String ? "" : "0"
                : json.ToString();
            text.ShouldBe(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture), $"{message.Descriptor.Name}.{field.Name}");
        }
    }
}
