using Smartflow.Tokenstore;

namespace SmartFlow.Contracts.TokenStore;

/// <summary>The public contract of the TokenStore: the methods of tokenstore.proto, by name.</summary>
public interface ITokenStore
{
    Task<GetCreditBalanceSnapshotResponse> GetCreditBalanceSnapshotAsync(
        GetCreditBalanceSnapshotRequest request, CancellationToken cancellationToken);

    Task<GetCreditConsumptionDashboardResponse> GetCreditConsumptionDashboardAsync(
        GetCreditConsumptionDashboardRequest request, CancellationToken cancellationToken);

    Task<ListCreditProductsResponse> ListCreditProductsAsync(
        ListCreditProductsRequest request, CancellationToken cancellationToken);

    Task<CreateCreditOrderResponse> CreateCreditOrderAsync(
        CreateCreditOrderRequest request, CancellationToken cancellationToken);

    Task<ListCreditOrdersResponse> ListCreditOrdersAsync(
        ListCreditOrdersRequest request, CancellationToken cancellationToken);

    Task<GetCreditOrderResponse> GetCreditOrderAsync(
        GetCreditOrderRequest request, CancellationToken cancellationToken);

    Task<MockPaidCreditOrderResponse> MockPaidCreditOrderAsync(
        MockPaidCreditOrderRequest request, CancellationToken cancellationToken);

    Task<ListCreditTransactionsResponse> ListCreditTransactionsAsync(
        ListCreditTransactionsRequest request, CancellationToken cancellationToken);

    Task<ListCreditPriceRulesResponse> ListCreditPriceRulesAsync(
        ListCreditPriceRulesRequest request, CancellationToken cancellationToken);

    Task<ListCreditRewardRulesResponse> ListCreditRewardRulesAsync(
        ListCreditRewardRulesRequest request, CancellationToken cancellationToken);
}
