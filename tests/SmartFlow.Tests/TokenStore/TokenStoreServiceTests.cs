using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.TokenStore;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.TokenStore.Rewards;

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
            new()
            {
                ActorUserId = mei.Id,
                ProductId = 2,
                Quantity = 2,
                IdempotencyKey = "wire",
            },
            default
        );
        var paid = await wire.MockPaidCreditOrderAsync(
            new()
            {
                ActorUserId = mei.Id,
                OrderId = created.Order.OrderId,
                MockChannel = "wechat",
                IdempotencyKey = "p",
            },
            default
        );
        paid.Order.Status.ShouldBe("credited");
        await app.ChargeAsync(mei, 1_234_567, "call-1");

        Same(
            (await wire.GetCreditBalanceSnapshotAsync(new() { UserId = mei.Id }, default)).Snapshot,
            await JsonAsync(mei, "summary")
        );
        Same(
            (
                await wire.GetCreditConsumptionDashboardAsync(new() { ActorUserId = mei.Id, Period = "7d" }, default)
            ).Dashboard,
            await JsonAsync(mei, "consumption-dashboard?period=7d")
        );
        SameItems(
            (await wire.ListCreditProductsAsync(new() { ActorUserId = mei.Id }, default)).Items,
            await JsonAsync(mei, "products")
        );
        SameItems(
            (await wire.ListCreditOrdersAsync(new() { ActorUserId = mei.Id, Status = "credited" }, default)).Items,
            await JsonAsync(mei, "orders?status=credited")
        );
        Same(
            (
                await wire.GetCreditOrderAsync(new() { ActorUserId = mei.Id, OrderId = paid.Order.OrderId }, default)
            ).Order,
            await JsonAsync(mei, $"orders/{paid.Order.OrderId}")
        );
        SameItems(
            (
                await wire.ListCreditTransactionsAsync(new() { ActorUserId = mei.Id, Direction = "income" }, default)
            ).Items,
            await JsonAsync(mei, "transactions?direction=income")
        );
        SameItems((await wire.ListCreditPriceRulesAsync(new(), default)).Items, await JsonAsync(mei, "price-rules"));
        SameItems((await wire.ListCreditRewardRulesAsync(new(), default)).Items, await JsonAsync(mei, "reward-rules"));
    }

    [Fact]
    public async Task The_token_methods_are_views_of_the_credit_ledger()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var wire = app.Services.GetRequiredService<ITokenStore>();
        var products = (await wire.ListProductsAsync(new() { ActorUserId = mei.Id }, default)).Items;
        products.Select(p => p.TokenAmount).ShouldBe([100, 1_000, 3_000, 10_000, 40_000]);

        var created = (
            await wire.CreateOrderAsync(
                new()
                {
                    ActorUserId = mei.Id,
                    ProductId = 2,
                    Quantity = 3,
                    IdempotencyKey = "k",
                },
                default
            )
        ).Order;
        (created.Status, created.TokenAmount, created.AmountCent, created.Quantity, created.Grant).ShouldBe(
            ("pending", 3_000, 2_970, 3, null)
        );
        // The Credit methods know the same order by the same key.
        (
            await wire.CreateCreditOrderAsync(
                new()
                {
                    ActorUserId = mei.Id,
                    ProductId = 2,
                    Quantity = 3,
                    IdempotencyKey = "k",
                },
                default
            )
        ).Order.OrderId.ShouldBe(created.OrderId);
        var paid = (
            await wire.MockPaidOrderAsync(
                new()
                {
                    ActorUserId = mei.Id,
                    OrderId = created.OrderId,
                    MockChannel = "wechat",
                    IdempotencyKey = "p",
                },
                default
            )
        ).Order;
        (paid.Status, paid.Grant.Amount, paid.Grant.Source, paid.Grant.QuotaApplied).ShouldBe(
            ("credited", 3_000, "order", true)
        );
        paid.GrantedAt.ShouldNotBeEmpty();
        (await wire.GetOrderAsync(new() { ActorUserId = mei.Id, OrderId = created.OrderId }, default)).Order.ShouldBe(
            paid
        );
        var listed = await wire.ListOrdersAsync(
            new()
            {
                ActorUserId = mei.Id,
                Status = "credited",
                PageSize = 5,
            },
            default
        );
        listed.Items.ShouldBe([paid]);
        (listed.Page.Page, listed.Page.PageSize, listed.Page.Total, listed.Page.HasMore).ShouldBe((1, 5, 1, false));

        await app.ChargeAsync(mei, 1_500_000, "call");
        await RecordForumRewardTests.LikeAsync(app, mei.Id, "like");
        var grants = await wire.ListGrantsAsync(new() { ActorUserId = mei.Id }, default);
        grants
            .Items.Select(g => (g.Source, g.Amount))
            .ShouldBe([("forum_like", 1), ("order", 3_000), ("welcome", 100)]);
        (await wire.ListGrantsAsync(new() { ActorUserId = mei.Id, Source = "order" }, default)).Items.ShouldBe([
            paid.Grant,
        ]);
        var summary = (await wire.GetSummaryAsync(new() { ActorUserId = mei.Id }, default)).Summary;
        (summary.RecordedTokenTotal, summary.AppliedTokenTotal, summary.PendingApplyTokenTotal).ShouldBe(
            (3_101, 3_101, 0)
        );
        (await wire.GetCreditBalanceSnapshotAsync(new() { UserId = mei.Id }, default)).Snapshot.Balance.ShouldBe(3_099);
    }

    [Fact]
    public async Task A_payment_key_pays_one_order_through_one_channel()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var wire = app.Services.GetRequiredService<ITokenStore>();
        var (first, second) = (await NewOrderAsync("1"), await NewOrderAsync("2"));
        await PayAsync(first, "p", "wechat");
        (await PayAsync(first, "p", "wechat")).Order.Status.ShouldBe("credited");
        await RefusedAsync(ErrorCodes.KeyReused, () => PayAsync(first, "p", "alipay"));
        await RefusedAsync(ErrorCodes.KeyReused, () => PayAsync(second, "p", "wechat"));
        (
            await wire.GetCreditOrderAsync(new() { ActorUserId = mei.Id, OrderId = second }, default)
        ).Order.Status.ShouldBe("pending");
        (await app.BalanceMicrosAsync(mei)).ShouldBe(1_100_000_000);
        await PayAsync(second, "p2", "wechat");
        (await app.BalanceMicrosAsync(mei)).ShouldBe(2_100_000_000);

        async Task<ulong> NewOrderAsync(string key) => (
                await wire.CreateCreditOrderAsync(
                    new()
                    {
                        ActorUserId = mei.Id,
                        ProductId = 2,
                        Quantity = 1,
                        IdempotencyKey = key,
                    },
                    default
                )
            ).Order.OrderId;
        Task<Smartflow.Tokenstore.MockPaidCreditOrderResponse> PayAsync(ulong order, string key, string channel) =>
            wire.MockPaidCreditOrderAsync(
                new()
                {
                    ActorUserId = mei.Id,
                    OrderId = order,
                    MockChannel = channel,
                    IdempotencyKey = key,
                },
                default
            );
    }

    [Fact]
    public async Task Ids_that_no_user_or_order_can_have_are_refused()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var wire = app.Services.GetRequiredService<ITokenStore>();
        await RefusedAsync(ErrorCodes.InvalidArgument, () =>
            wire.GetCreditBalanceSnapshotAsync(new() { UserId = 0 }, default)
        );
        await RefusedAsync(ErrorCodes.InvalidArgument, () =>
            wire.GetCreditBalanceSnapshotAsync(new() { UserId = ulong.MaxValue }, default)
        );
        await RefusedAsync(ErrorCodes.NotFound, () =>
            wire.GetCreditBalanceSnapshotAsync(new() { UserId = 424_242 }, default)
        );
        await RefusedAsync(ErrorCodes.NotFound, () =>
            wire.GetCreditOrderAsync(new() { ActorUserId = mei.Id, OrderId = ulong.MaxValue }, default)
        );
        await RefusedAsync(ErrorCodes.NotFound, () => wire.CreateCreditOrderAsync(
                new()
                {
                    ActorUserId = 424_242,
                    ProductId = 2,
                    Quantity = 1,
                    IdempotencyKey = "k",
                },
                default
            ));
        await RefusedAsync(ErrorCodes.IdempotencyKeyRequired, () => wire.CreateCreditOrderAsync(
                new()
                {
                    ActorUserId = mei.Id,
                    ProductId = 2,
                    Quantity = 1,
                },
                default
            ));
        await RefusedAsync(ErrorCodes.InvalidArgument, () =>
            wire.ListCreditTransactionsAsync(new() { ActorUserId = mei.Id, Page = -1 }, default)
        );
        await RefusedAsync(ErrorCodes.InvalidArgument, () =>
            wire.ListCreditOrdersAsync(new() { ActorUserId = mei.Id, PageSize = 1_000_000 }, default)
        );
    }

    private static async Task RefusedAsync(ErrorCode code, Func<Task> call) =>
        (await call.ShouldThrowAsync<RefusedException>()).Code.ShouldBe(code);

    private static async Task<JsonElement> JsonAsync(TestUser user, string path) =>
        (await user.GetAsync(Store + path)).Json;

    private static void SameItems(IReadOnlyList<IMessage> items, JsonElement page)
    {
        items.Count.ShouldBeGreaterThan(0);
        var shown = page.GetProperty("items").EnumerateArray().ToArray();
        shown.Length.ShouldBe(items.Count);
        for (var i = 0; i < items.Count; i++)
            Same(items[i], shown[i]);
    }

    /// <summary>Absent is "" or 0 on the wire and null in JSON.</summary>
    private static void Same(IMessage message, JsonElement shown)
    {
        foreach (var field in message.Descriptor.Fields.InDeclarationOrder())
        {
            var value = field.Accessor.GetValue(message);
            var json = shown.GetProperty(field.Name);
            var text =
                json.ValueKind == JsonValueKind.Null
                    ? field.FieldType == FieldType.String
                        ? ""
                        : "0"
                    : json.ToString();
            text.ShouldBe(
                Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
                $"{message.Descriptor.Name}.{field.Name}"
            );
        }
    }
}
