using System.Globalization;
using System.Text.RegularExpressions;
using SmartFlow.Planner.Terms;

namespace SmartFlow.Planner.Courses;

/// <summary>
/// Weeks as timetables write them: <c>1-5、7-11单、12-16双</c>, <c>4-6周,8-13周(单)</c>, <c>{第1-16周|单周}</c>,
/// <c>1-16([双周])</c>, <c>单周</c>, <c>0111…</c>; all of them in docs/timetables.md. What can be meant in two ways is not
/// read. Pure.
/// </summary>
internal static partial class WeekList
{
    private const int PiecesMax = 60;
    private const int TextMax = 400;

    /// <summary>Of a mask whose first place is week 0, as EAMS of 树维 writes it; others begin with week 1.</summary>
    private const int MaskFromZero = 53;
    private const int MaskLeast = 10;

    /// <param name="text">As the file has it.</param>
    /// <param name="termWeeks">For what means the whole term; null: such a text is not read.</param>
    /// <returns>Weeks in rising order; null: not readable, or a week beyond 30.</returns>
    public static int[]? Read(string text, int? termWeeks = null)
    {
        if (text.Length > TextMax)
            return null;
        var plain = WithoutBrackets(WeekWords.InOneForm(text));
        return Weeks(plain, termWeeks) is { } mask and not 0 ? WeekMask.Weeks(mask) : null;
    }

    /// <summary>The shortest form that WakeUp reads: ranges, and 单 or 双 where every other week is meant.</summary>
    public static string Write(int mask)
    {
        var weeks = WeekMask.Weeks(mask);
        List<string> pieces = [];
        for (var i = 0; i < weeks.Length; )
        {
            var run = Run(weeks, i, 1);
            var other = Run(weeks, i, 2);
            if (run == 1 && other >= 3)
            {
                pieces.Add($"{weeks[i]}-{weeks[i + other - 1]}{(weeks[i] % 2 == 1 ? "单" : "双")}");
                i += other;
                continue;
            }
            pieces.Add(run == 1 ? $"{weeks[i]}" : $"{weeks[i]}-{weeks[i + run - 1]}");
            i += run;
        }
        return string.Join('、', pieces);
    }

    private static int Run(int[] weeks, int start, int step)
    {
        var length = 1;
        while (start + length < weeks.Length && weeks[start + length] - weeks[start + length - 1] == step)
            length++;
        return length;
    }

    private static int? Weeks(string text, int? termWeeks)
    {
        if (text.Length >= MaskLeast && text.All(c => c is '0' or '1'))
            return Mask(text);
        if (Alone().Match(text) is { Success: true } alone)
            return termWeeks is { } all ? Filtered(WeekMask.Until(all), Parity(alone.Groups["parity"].Value)) : null;
        if (Except().Match(text) is { Success: true } except)
            return
                Weeks(WithoutBrackets(except.Groups["all"].Value), termWeeks) is { } from
                && List(except.Groups["not"].Value) is { } without
                ? from & ~without
                : null;
        if (OnePieceThenParity().Match(text) is { Success: true } one)
            text = $"{one.Groups["piece"].Value}|{one.Groups["parity"].Value}";
        if (OfTheWhole().Match(text) is not { Success: true } whole)
            return List(text);
        // Behind weeks that have their unit, （单周） may be of the last piece alone: that is for the pieces to see.
        var list = whole.Groups["list"].Value;
        if (whole.Groups["round"].Value is "单" or "双" && list.Contains('周'))
            return List(text);
        var parity = Parity(whole.Groups["of"].Value + whole.Groups["round"].Value);
        return parity is null ? List(WithoutBrackets(list)) : Governed(WithoutBrackets(list), parity.Value);
    }

    /// <summary>A parity of the whole list, which no piece contradicts.</summary>
    private static int? Governed(string list, int parity) =>
        Pieces(list) is { } pieces && pieces.TrueForAll(p => p.Parity is null || p.Parity == parity)
            ? Filtered(pieces.Aggregate(0, (mask, p) => mask | p.Mask), parity)
            : null;

    private static int? List(string text)
    {
        if (Pieces(text) is not { } pieces || pieces.Exists(p => p.Weeks == 0))
            return null;
        for (var i = 0; i < pieces.Count; i++)
            if (MayGovernOthers(pieces, i))
                return null;
        return pieces.Aggregate(0, (mask, p) => mask | p.Weeks);
    }

    /// <summary>
    /// Whether others than this piece may be meant by its 单 or 双, and would be other weeks then: in 1-8,10-16周(单)
    /// nobody knows whether 1-8 are the odd ones. WakeUp's 1-8、10-16单 has no unit, and means its own piece.
    /// </summary>
    private static bool MayGovernOthers(List<Piece> pieces, int at)
    {
        var piece = pieces[at];
        if (piece.Parity is not { } parity || piece.Style == ParityStyle.Own)
            return false;
        var before = pieces
            .Take(at)
            .Reverse()
            .TakeWhile(p => p.Parity is null && (piece.Style == ParityStyle.Round || !p.HasUnit));
        var behind = pieces.Skip(at + 1).TakeWhile(p => p.Parity is null && !p.HasUnit);
        return (piece.Style == ParityStyle.Before ? behind : before).Any(p => Filtered(p.Mask, parity) != p.Mask);
    }

    private static List<Piece>? Pieces(string text)
    {
        if (text.Contains('/'))
        {
            // A slash between two numbers may be a date, or from and to.
            var parts = text.Split('/');
            if (parts.Length < 3 && !parts.All(p => p.Contains('-') || p.Contains('周')))
                return null;
            text = text.Replace('/', ',');
        }
        var pieces = text.Split([',', '|'], StringSplitOptions.RemoveEmptyEntries);
        if (pieces.Length is 0 or > PiecesMax)
            return null;
        var read = pieces.Select(p => Piece.Read(WithoutBrackets(p))).ToList();
        return read.TrueForAll(p => p is not null) ? read.ConvertAll(p => p!.Value) : null;
    }

    private static int? Mask(string bits)
    {
        if (bits.Length > Term.WeeksMax && (bits.Length != MaskFromZero || bits[0] == '1'))
            return null;
        var weeks = bits.Length == MaskFromZero ? bits[1..] : bits;
        return weeks.AsSpan(Math.Min(weeks.Length, Term.WeeksMax)).Contains('1')
            ? null
            : WeekMask.Of(weeks.Index().Where(b => b.Item == '1').Select(b => b.Index + 1));
    }

    /// <summary>Takes off brackets around the whole; 周 behind them is of the whole, too.</summary>
    private static string WithoutBrackets(string text)
    {
        while (Enclosed().Match(text) is { Success: true } match && IsWhole(match.Groups["inner"].Value))
            text =
                match.Groups["inner"].Value
                + (match.Groups["inner"].Value.EndsWith('周') ? "" : match.Groups["unit"].Value);
        return text;
    }

    private static bool IsWhole(string inner)
    {
        var depth = 0;
        foreach (var c in inner)
            if (c is '(' or '[' or '{')
                depth++;
            else if (c is ')' or ']' or '}' && --depth < 0)
                return false;
        return depth == 0;
    }

    private static int Filtered(int mask, int? parity) =>
        parity switch
        {
            1 => mask & 0x15555555,
            0 => mask & 0x2AAAAAAA,
            _ => mask,
        };

    private static int? Parity(string word) =>
        word switch
        {
            "单" => 1,
            "双" => 0,
            _ => null,
        };

    private enum ParityStyle
    {
        /// <summary>Bare behind its numbers: 7-11单.</summary>
        Own,

        /// <summary>With a unit, or in brackets: 7-11周(单).</summary>
        WithUnit,

        /// <summary>(单周) behind the last.</summary>
        Round,

        /// <summary>In front: 单1-15.</summary>
        Before,
    }

    /// <param name="Mask">Without its parity.</param>
    private readonly record struct Piece(int Mask, int? Parity, ParityStyle Style, bool HasUnit)
    {
        public int Weeks => Filtered(Mask, Parity);

        public static Piece? Read(string text)
        {
            if (OnePiece().Match(text) is not { Success: true } match)
                return null;
            var from = Number(match.Groups["from"].Value);
            var to = match.Groups["to"].Success ? Number(match.Groups["to"].Value) : from;
            if (from < 1 || to < from || to > Term.WeeksMax)
                return null;
            var (before, bare, round) = (
                match.Groups["before"].Value,
                match.Groups["bare"].Value,
                match.Groups["round"].Value
            );
            var parity = WeekList.Parity(before) ?? WeekList.Parity(bare + round);
            if (before.Length > 0 && bare.Length + round.Length > 0 && before != bare + round)
                return null;
            var unit = match.Groups["unit"].Success;
            var style =
                match.Groups["inner"].Success ? ParityStyle.Round
                : before.Length > 0 ? ParityStyle.Before
                : unit || round.Length > 0 ? ParityStyle.WithUnit
                : ParityStyle.Own;
            return new Piece(WeekMask.Until(to) & ~WeekMask.Until(from - 1), parity, style, unit);
        }

        private static int Number(string digits) => int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^(?:全|(?<parity>[单双]))周?$")]
    private static partial Regex Alone();

    [GeneratedRegex(@"^(?<all>[^(\[{]+?),?[(\[]?除(?<not>[^)\]外]+)(?:以外|之外|外)?[)\]]?$")]
    private static partial Regex Except();

    [GeneratedRegex(@"^(?<piece>[^,|/]+)[,/](?<parity>[单双])周?$")]
    private static partial Regex OnePieceThenParity();

    [GeneratedRegex(
        @"^(?<list>.+?)(?:\(\[(?<of>[单双全]?)周?\]\)|\[(?<of>[单双全]?)周\]|\|(?<of>[单双全])周?|\((?<round>[单双全]?)周\)|[,/]?[(\[]?全周?[)\]]?)$"
    )]
    private static partial Regex OfTheWhole();

    [GeneratedRegex(@"^[(\[{](?<inner>.+)[)\]}](?<unit>周?)$")]
    private static partial Regex Enclosed();

    [GeneratedRegex(
        @"^(?:(?<before>[单双])周?:?|[(\[](?<before>[单双])周?[)\]])?第?(?<from>[0-9]{1,2})(?:周?-第?(?<to>[0-9]{1,2}))?(?<unit>周)?(?:上课?)?(?:(?<bare>[单双])(?<unit>周)?|[(\[](?<round>[单双])(?<inner>周)?[)\]](?<unit>周)?)?$"
    )]
    private static partial Regex OnePiece();
}
