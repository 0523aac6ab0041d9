using System.Text.Json;

namespace SmartFlow.Tests.TokenStore.Queries;

/// <summary>Packs, price rules and reward rules: short lists that are always whole.</summary>
internal static class Shelf
{
    private const string Store = "/api/v1/credit-store/";

    public static async Task<JsonElement[]> ItemsAsync(TestUser user, string list, string language) =>
        [
            .. (await user.Http.SendAsync(HttpMethod.Get, Store + list, null, ("Accept-Language", language)))
                .Json.GetProperty("items")
                .EnumerateArray(),
        ];
}
