namespace SmartFlow.TokenStore.Queries;

/// <summary>The sources of movements in words.</summary>
internal static class SourceLabels
{
    private static readonly Dictionary<string, (string Zh, string En)> Labels = new(StringComparer.Ordinal)
    {
        ["charge"] = ("模型调用", "Model call"),
        ["order"] = ("购买", "Purchase"),
        ["welcome"] = ("新用户赠送", "Welcome grant"),
        ["forum_like"] = ("计划被点赞", "Plan liked"),
        ["forum_import"] = ("计划被导入", "Plan imported"),
        ["adjust"] = ("人工调整", "Adjustment"),
        ["refund"] = ("退款", "Refund"),
        ["rerate"] = ("重新计价", "Re-rating"),
    };

    /// <param name="otherwise">For a source that an operator added; empty: the source itself.</param>
    public static string Of(string source, Language language, string otherwise = "") =>
        Labels.TryGetValue(source, out var label) ? language.Pick(label.Zh, label.En)
        : otherwise.Length > 0 ? otherwise
        : source;
}
