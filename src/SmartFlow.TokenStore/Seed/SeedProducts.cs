namespace SmartFlow.TokenStore.Seed;

/// <summary>The packs that every installation starts with.</summary>
internal static class SeedProducts
{
    public static CreditProduct[] All() =>
        [
            Pack(
                1,
                "credit_free_100",
                100,
                0,
                ("每日免费包", "Daily free pack"),
                ("每天可领一次的 100 Credit。", "100 Credit, once a day."),
                ("每日一次", "Once a day"),
                onceADay: true
            ),
            Pack(
                2,
                "credit_starter_1000",
                1_000,
                990,
                ("入门包", "Starter pack"),
                ("1,000 Credit，先用起来。", "1,000 Credit to get going.")
            ),
            Pack(
                3,
                "credit_lite_3000",
                3_000,
                1_990,
                ("轻量包", "Lite pack"),
                ("3,000 Credit，够一个月的日常规划。", "3,000 Credit for a month of everyday planning.")
            ),
            Pack(
                4,
                "credit_pro_10000",
                10_000,
                3_990,
                ("进阶包", "Pro pack"),
                ("10,000 Credit，覆盖整个学期。", "10,000 Credit for a whole term."),
                ("最受欢迎", "Most popular")
            ),
            Pack(
                5,
                "credit_max_40000",
                40_000,
                9_990,
                ("旗舰包", "Max pack"),
                ("40,000 Credit，重度使用。", "40,000 Credit for heavy use.")
            ),
        ];

    private static CreditProduct Pack(
        int order,
        string code,
        long credits,
        long cent,
        (string Zh, string En) name,
        (string Zh, string En) text,
        (string Zh, string En) badge = default,
        bool onceADay = false
    ) =>
        new()
        {
            Code = code,
            NameZh = name.Zh,
            NameEn = name.En,
            DescriptionZh = text.Zh,
            DescriptionEn = text.En,
            CreditAmount = credits,
            PriceCent = cent,
            Currency = "CNY",
            BadgeZh = badge.Zh ?? "",
            BadgeEn = badge.En ?? "",
            Status = "active",
            SortOrder = order,
            OnceADay = onceADay,
        };
}
