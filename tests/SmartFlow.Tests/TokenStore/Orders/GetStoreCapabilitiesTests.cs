using System.Net;

namespace SmartFlow.Tests.TokenStore.Orders;

/// <summary>What cannot work is not offered: the store and the import say what there is.</summary>
public sealed class GetStoreCapabilitiesTests
{
    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task A_payment_is_offered_where_it_is_taken_and_a_photo_where_there_is_a_model_for_it(
        string mock,
        bool payable
    )
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Store:MockPayment"] = mock);
        var mei = await app.SignUpAsync();
        var store = (await mei.GetAsync("/api/v1/credit-store/capabilities")).ShouldBe(HttpStatusCode.OK).Json;
        store.GetProperty("mock_payment").GetBoolean().ShouldBe(payable);
        var import = (await mei.GetAsync("/api/v1/courses/import/capabilities")).ShouldBe(HttpStatusCode.OK).Json;
        import.GetProperty("photo").GetBoolean().ShouldBeFalse("the offline model has no eyes");
    }
}
