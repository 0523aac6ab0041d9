using Smartflow.Tokenstore;

namespace SmartFlow.Contracts.TokenStore;

/// <summary>The public contract of the TokenStore: the methods of tokenstore.proto, by name.</summary>
public interface ITokenStore
{
    Task<GetTokenSummaryResponse> GetSummaryAsync(GetTokenSummaryRequest request, CancellationToken cancellationToken);

    Task<ListTokenProductsResponse> ListProductsAsync(
        ListTokenProductsRequest request,
        CancellationToken cancellationToken
    );

    Task<CreateTokenOrderResponse> CreateOrderAsync(
        CreateTokenOrderRequest request,
        CancellationToken cancellationToken
    );

    Task<ListTokenOrdersResponse> ListOrdersAsync(ListTokenOrdersRequest request, CancellationToken cancellationToken);

    Task<GetTokenOrderResponse> GetOrderAsync(GetTokenOrderRequest request, CancellationToken cancellationToken);

    Task<MockPaidOrderResponse> MockPaidOrderAsync(MockPaidOrderRequest request, CancellationToken cancellationToken);

    Task<ListTokenGrantsResponse> ListGrantsAsync(ListTokenGrantsRequest request, CancellationToken cancellationToken);

    Task<RecordForumRewardGrantResponse> RecordForumRewardGrantAsync(
        RecordForumRewardGrantRequest request,
        CancellationToken cancellationToken
    );

    Task<GetCreditBalanceSnapshotResponse> GetCreditBalanceSnapshotAsync(
        GetCreditBalanceSnapshotRequest request,
        CancellationToken cancellationToken
    );

    Task<GetCreditConsumptionDashboardResponse> GetCreditConsumptionDashboardAsync(
        GetCreditConsumptionDashboardRequest request,
        CancellationToken cancellationToken
    );

    Task<ListCreditProductsResponse> ListCreditProductsAsync(
        ListCreditProductsRequest request,
        CancellationToken cancellationToken
    );

    Task<CreateCreditOrderResponse> CreateCreditOrderAsync(
        CreateCreditOrderRequest request,
        CancellationToken cancellationToken
    );

    Task<ListCreditOrdersResponse> ListCreditOrdersAsync(
        ListCreditOrdersRequest request,
        CancellationToken cancellationToken
    );

    Task<GetCreditOrderResponse> GetCreditOrderAsync(
        GetCreditOrderRequest request,
        CancellationToken cancellationToken
    );

    Task<MockPaidCreditOrderResponse> MockPaidCreditOrderAsync(
        MockPaidCreditOrderRequest request,
        CancellationToken cancellationToken
    );

    Task<ListCreditTransactionsResponse> ListCreditTransactionsAsync(
        ListCreditTransactionsRequest request,
        CancellationToken cancellationToken
    );

    Task<ListCreditPriceRulesResponse> ListCreditPriceRulesAsync(
        ListCreditPriceRulesRequest request,
        CancellationToken cancellationToken
    );

    Task<ListCreditRewardRulesResponse> ListCreditRewardRulesAsync(
        ListCreditRewardRulesRequest request,
        CancellationToken cancellationToken
    );
}
