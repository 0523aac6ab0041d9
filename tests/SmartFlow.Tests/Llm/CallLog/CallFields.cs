using System.Text.Json;

namespace SmartFlow.Tests.Llm.CallLog;

/// <summary>What stands in a call, or in sums over calls.</summary>
internal static class CallFields
{
    public static long[] Numbers(JsonElement of, params string[] names) =>
        [.. names.Select(n => of.GetProperty(n).GetInt64())];
}
