using SmartFlow.Llm.Dialect;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// What is known of a vendor by its host: only where it differs from the common dialect. Settings win over it.
/// </summary>
/// <param name="Host">Its end.</param>
/// <param name="Path">What stands between a bare host and the route.</param>
/// <param name="LimitField">The field for the output limit where the caller named none.</param>
internal sealed record Vendor(string Host, string Path = "/v1", LimitField LimitField = LimitField.MaxTokens)
{
    private static readonly Vendor Usual = new("");

    private static readonly Vendor[] Known =
    [
        // Its reasoning models refuse max_tokens; the others take either.
        new(".api.openai.com", LimitField: LimitField.MaxCompletionTokens),
        // Ark.
        new(".volces.com", "/api/v3"),
        // Qwen.
        new(".aliyuncs.com", "/compatible-mode/v1"),
    ];

    public static Vendor Of(Uri address) =>
        Array.Find(Known, v => ("." + address.Host).EndsWith(v.Host, StringComparison.OrdinalIgnoreCase)) ?? Usual;
}
