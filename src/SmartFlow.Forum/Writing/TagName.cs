namespace SmartFlow.Forum.Writing;

/// <summary>A tag as it was written, and what makes two of them the same.</summary>
/// <param name="Name">Shown.</param>
/// <param name="Key">Without case, width and accents.</param>
internal readonly record struct TagName(string Name, string Key)
{
    public const int Most = 12;
    public const int UnitsMax = Most * Prose.UnitsPerCharacter;

    /// <summary>Offered behind the tags that posts have.</summary>
    public static readonly IReadOnlyList<TagName> Defaults =
    [
        Of("期末复习"),
        Of("考研备考"),
        Of("四六级"),
        Of("编程学习"),
        Of("实习求职"),
        Of("习惯养成"),
        Of("竞赛项目"),
        Of("证书考试"),
    ];

    public static TagName Of(string written)
    {
        var name = Prose.Clean(written.Trim().TrimStart('#', '＃'), Most, lines: false);
        return new(name, name.Length > UnitsMax ? name : Folding.Fold(name));
    }
}
