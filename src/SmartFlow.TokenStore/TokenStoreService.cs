using SmartFlow.Contracts.TokenStore;
using SmartFlow.Platform.Web;
using Smartflow.Tokenstore;
using SmartFlow.TokenStore.Orders;
using SmartFlow.TokenStore.Queries;
using SmartFlow.TokenStore.Rewards;

namespace SmartFlow.TokenStore;

/// <summary>
/// The wire contract: each method hands its request to the use case of the same name. Texts are in Chinese.
/// </summary>
internal sealed class TokenStoreService(
    GetSummary summary,
    GetDashboard dashboard,
    ListProducts products,
    CreateOrder createOrder,
    ListOrders orders,
    GetOrder getOrder,
    PayOrder payOrder,
    ListTransactions transactions,
    ListPriceRules priceRules,
    ListRewardRules rewardRules,
    ListGrants grants,
    RecordForumReward recordReward
) : ITokenStore
{
    private const Language Texts = Language.Chinese;

    public async Task<GetCreditBalanceSnapshotResponse> GetCreditBalanceSnapshotAsync(
        GetCreditBalanceSnapshotRequest request,
        CancellationToken cancellationToken
    ) => new() { Snapshot = (await summary.HandleAsync(request.UserId, cancellationToken)).ToProto() };

    public async Task<GetCreditConsumptionDashboardResponse> GetCreditConsumptionDashboardAsync(
        GetCreditConsumptionDashboardRequest request,
        CancellationToken cancellationToken
    ) =>
        new()
        {
            Dashboard = (await dashboard.HandleAsync(request.ActorUserId, request.Period, cancellationToken)).ToProto(),
        };

    public async Task<ListCreditProductsResponse> ListCreditProductsAsync(
        ListCreditProductsRequest request,
        CancellationToken cancellationToken
    ) =>
        new()
        {
            Items =
            {
                (await products.HandleAsync(request.ActorUserId, Texts, cancellationToken)).Select(p => p.ToProto()),
            },
        };

    public async Task<CreateCreditOrderResponse> CreateCreditOrderAsync(
        CreateCreditOrderRequest request,
        CancellationToken cancellationToken
    )
    {
        var command = new CreateOrderCommand(
            request.ActorUserId,
            request.ProductId,
            request.Quantity,
            request.IdempotencyKey,
            Texts
        );
        return new() { Order = (await createOrder.HandleAsync(command, cancellationToken)).ToProto() };
    }

    public async Task<ListCreditOrdersResponse> ListCreditOrdersAsync(
        ListCreditOrdersRequest request,
        CancellationToken cancellationToken
    )
    {
        var page = await orders.HandleAsync(
            request.ActorUserId,
            Page(request.Page, request.PageSize),
            request.Status,
            cancellationToken
        );
        return new() { Items = { page.Items.Select(o => o.ToProto()) }, Page = Page(page.Page) };
    }

    public async Task<GetCreditOrderResponse> GetCreditOrderAsync(
        GetCreditOrderRequest request,
        CancellationToken cancellationToken
    ) =>
        new()
        {
            Order = (
                await getOrder.HandleAsync(request.ActorUserId, OrderId(request.OrderId), cancellationToken)
            ).ToProto(),
        };

    public async Task<MockPaidCreditOrderResponse> MockPaidCreditOrderAsync(
        MockPaidCreditOrderRequest request,
        CancellationToken cancellationToken
    )
    {
        var order = await payOrder.HandleAsync(
            request.ActorUserId,
            OrderId(request.OrderId),
            request.MockChannel,
            new(request.IdempotencyKey),
            cancellationToken
        );
        return new() { Order = order.ToProto() };
    }

    public async Task<ListCreditTransactionsResponse> ListCreditTransactionsAsync(
        ListCreditTransactionsRequest request,
        CancellationToken cancellationToken
    )
    {
        var page = await transactions.HandleAsync(
            request.ActorUserId,
            Page(request.Page, request.PageSize),
            TransactionFilter.Of(request.Source, request.Direction),
            Texts,
            cancellationToken
        );
        return new() { Items = { page.Items.Select(t => t.ToProto()) }, Page = Page(page.Page) };
    }

    public async Task<ListCreditPriceRulesResponse> ListCreditPriceRulesAsync(
        ListCreditPriceRulesRequest request,
        CancellationToken cancellationToken
    )
    {
        var filter = new PriceRuleFilter(request.Scene, request.ProviderName, request.ModelName, request.Status);
        return new() { Items = { (await priceRules.HandleAsync(filter, cancellationToken)).Select(r => r.ToProto()) } };
    }

    public async Task<ListCreditRewardRulesResponse> ListCreditRewardRulesAsync(
        ListCreditRewardRulesRequest request,
        CancellationToken cancellationToken
    )
    {
        var rules = await rewardRules.HandleAsync(request.Source, request.Status, Texts, cancellationToken);
        return new() { Items = { rules.Select(r => r.ToProto()) } };
    }

    public async Task<GetTokenSummaryResponse> GetSummaryAsync(
        GetTokenSummaryRequest request,
        CancellationToken cancellationToken
    ) => new() { Summary = TokenViews.Summary(await summary.HandleAsync(request.ActorUserId, cancellationToken)) };

    public async Task<ListTokenProductsResponse> ListProductsAsync(
        ListTokenProductsRequest request,
        CancellationToken cancellationToken
    ) =>
        new()
        {
            Items =
            {
                (await products.HandleAsync(request.ActorUserId, Texts, cancellationToken)).Select(TokenViews.Product),
            },
        };

    public async Task<CreateTokenOrderResponse> CreateOrderAsync(
        CreateTokenOrderRequest request,
        CancellationToken cancellationToken
    )
    {
        var command = new CreateOrderCommand(
            request.ActorUserId,
            request.ProductId,
            request.Quantity,
            request.IdempotencyKey,
            Texts
        );
        return new()
        {
            Order = await TokenOrderAsync(
                request.ActorUserId,
                await createOrder.HandleAsync(command, cancellationToken),
                cancellationToken
            ),
        };
    }

    public async Task<ListTokenOrdersResponse> ListOrdersAsync(
        ListTokenOrdersRequest request,
        CancellationToken cancellationToken
    )
    {
        var page = await orders.HandleAsync(
            request.ActorUserId,
            Page(request.Page, request.PageSize),
            request.Status,
            cancellationToken
        );
        var granted = await grants.OfOrdersAsync(
            request.ActorUserId,
            page.Items.Select(o => o.OrderId),
            Texts,
            cancellationToken
        );
        return new()
        {
            Items = { page.Items.Select(o => TokenViews.Order(o, granted.GetValueOrDefault(o.OrderId))) },
            Page = Page(page.Page),
        };
    }

    public async Task<GetTokenOrderResponse> GetOrderAsync(
        GetTokenOrderRequest request,
        CancellationToken cancellationToken
    )
    {
        var order = await getOrder.HandleAsync(request.ActorUserId, OrderId(request.OrderId), cancellationToken);
        return new() { Order = await TokenOrderAsync(request.ActorUserId, order, cancellationToken) };
    }

    public async Task<MockPaidOrderResponse> MockPaidOrderAsync(
        MockPaidOrderRequest request,
        CancellationToken cancellationToken
    )
    {
        var order = await payOrder.HandleAsync(
            request.ActorUserId,
            OrderId(request.OrderId),
            request.MockChannel,
            new(request.IdempotencyKey),
            cancellationToken
        );
        return new() { Order = await TokenOrderAsync(request.ActorUserId, order, cancellationToken) };
    }

    public async Task<ListTokenGrantsResponse> ListGrantsAsync(
        ListTokenGrantsRequest request,
        CancellationToken cancellationToken
    )
    {
        var page = await grants.HandleAsync(
            request.ActorUserId,
            Page(request.Page, request.PageSize),
            request.Source,
            Texts,
            cancellationToken
        );
        return new() { Items = { page.Items.Select(g => g.ToProto()) }, Page = Page(page.Page) };
    }

    public async Task<RecordForumRewardGrantResponse> RecordForumRewardGrantAsync(
        RecordForumRewardGrantRequest request,
        CancellationToken cancellationToken
    )
    {
        var grant = await recordReward.HandleAsync(
            request.ReceiverUserId,
            request.EventId,
            request.Source,
            request.SourceRefId,
            Texts,
            cancellationToken
        );
        return new() { Grant = grant.ToProto() };
    }

    private async Task<TokenOrderView> TokenOrderAsync(
        ulong userId,
        OrderView order,
        CancellationToken cancellationToken
    ) =>
        TokenViews.Order(
            order,
            (await grants.OfOrdersAsync(userId, [order.OrderId], Texts, cancellationToken)).GetValueOrDefault(
                order.OrderId
            )
        );

    /// <summary>In proto3 a number that was not sent is 0.</summary>
    private static PageQuery Page(int page, int size) => PageQuery.Of(page == 0 ? null : page, size == 0 ? null : size);

    private static PageResponse Page(PageInfo page) =>
        new()
        {
            Page = page.Page,
            PageSize = page.PageSize,
            Total = page.Total,
            HasMore = page.HasMore,
        };

    /// <summary>An id beyond ours finds nothing.</summary>
    private static long OrderId(ulong id) => id <= long.MaxValue ? (long)id : 0;
}
