using System.Globalization;
using System.Text;

namespace SmartFlow.UserAuth.Accounts;

/// <summary>
/// How a name looks, for telling apart: two names with one look pass for each other. In the manner of the skeletons of
/// Unicode Technical Standard 39, by a table of our own for the scripts that <see cref="DisplayNames"/> takes, because
/// the program runs without ICU. Case, width, accents, blanks and signs do not count; capitals are folded, so i, l and
/// 1 are one.
/// </summary>
internal static class NameLook
{
    private const int FirstWide = 0xFF01;
    private const int LastWide = 0xFF5E;
    private const int WideOffset = 0xFEE0;

    /// <summary>Arabic's stretched line between letters.</summary>
    private const int Tatweel = 0x640;

    /// <summary>Each begins with what the others of it look like.</summary>
    private static readonly string[] Alike =
    [
        "aàáâãäåāăąǎḁạảấầẩẫậắằẳẵặаӑӓαά",
        "bḃḅḇвьβ",
        "cçćĉċčḉсς",
        "dďđðḋḍḏḑḓԁ",
        "eèéêëēĕėęěḕḗḙḛḝẹẻẽếềểễệеѐёӗεέєӭ",
        "fḟғ",
        "gĝğġģḡցԍ",
        "hĥħḣḥḧḩḫẖнһհΗΉ",
        "jĵјյ",
        "kķĸḱḳḵкќκ",
        "lĺļľŀłḷḹḻḽi1ìíîïĩīĭįıİǐḭḯỉịіїӏιίΐϊլוןا",
        "mḿṁṃмΜ",
        "nñńņňŋṅṇṉṋпηήոΝ",
        "o0òóôõöøōŏőơǒṍṏṑṓọỏốồổỗộớờởỡợоөӫӧοόσօסهہ〇",
        "pṕṗрρ",
        "qԛզ",
        "rŕŗřṙṛṝṟгѓ",
        "sśŝşšſșṡṣṥṧṩẛѕՏ",
        "tţťŧțṫṭṯṱẗтτ",
        "uùúûüũūŭůűųưǔǖǘǚǜṳṵṷṹṻụủứừửữựийѝӣӥμυύϋΰսՍ",
        "vṽṿѵѷν",
        "wŵẁẃẅẇẉẘшωώԝ",
        "xẋẍхχ",
        "yýÿŷẏẙỳỵỷỹуўӯӱӳүұγΥΎΫ",
        "zźżžẑẓẕζ",
        "3зӟ",
        "يیى",
        "كک",
        "一ー",
        "二ニ",
        "八ハ",
        "口ロ",
        "力カ",
        "夕タ",
        "卜ト",
        "工エ",
        "千チ",
        "日曰",
        "己已巳",
        "へヘ",
        "べベ",
        "ぺペ",
        "りリ",
    ];

    private static readonly Dictionary<int, string> Looks = Table();

    /// <returns>Empty for a name of blanks and signs alone.</returns>
    public static string Of(string name)
    {
        var look = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
            Add(look, rune);
        return look.Replace("rn", "m").Replace("vv", "w").ToString();
    }

    private static void Add(StringBuilder look, Rune rune)
    {
        if (rune.Value is >= FirstWide and <= LastWide)
            rune = new Rune(rune.Value - WideOffset);
        var digit = CharUnicodeInfo.GetDecimalDigitValue(rune.ToString(), 0);
        if (digit >= 0)
            rune = new Rune('0' + digit);
        else if (!Counts(rune))
            return;
        // A capital may look like another letter than its small one does.
        if (Looks.TryGetValue(rune.Value, out var own))
            look.Append(own);
        else
        {
            var lower = Rune.ToLowerInvariant(rune);
            look.Append(Looks.GetValueOrDefault(lower.Value) ?? lower.ToString());
        }
    }

    /// <summary>Marks of other scripts than these are vowels of theirs.</summary>
    private static bool Counts(Rune rune) =>
        rune.Value switch
        {
            '|' => true,
            < 0x80 => Rune.IsLetterOrDigit(rune),
            >= 0x300 and <= 0x36F or Tatweel => false,
            _ => Rune.GetUnicodeCategory(rune)
                is not (
                    UnicodeCategory.SpaceSeparator
                    or UnicodeCategory.ConnectorPunctuation
                    or UnicodeCategory.DashPunctuation
                    or UnicodeCategory.OpenPunctuation
                    or UnicodeCategory.ClosePunctuation
                    or UnicodeCategory.InitialQuotePunctuation
                    or UnicodeCategory.FinalQuotePunctuation
                    or UnicodeCategory.OtherPunctuation
                ),
        };

    private static Dictionary<int, string> Table()
    {
        var looks = new Dictionary<int, string>
        {
            ['|'] = "l",
            ['ß'] = "ss",
            ['æ'] = "ae",
            ['ӕ'] = "ae",
            ['œ'] = "oe",
            ['ĳ'] = "lj",
            ['þ'] = "p",
        };
        foreach (var group in Alike)
        {
            var runes = group.EnumerateRunes().ToArray();
            foreach (var rune in runes)
                looks[rune.Value] = runes[0].ToString();
        }
        return looks;
    }
}
