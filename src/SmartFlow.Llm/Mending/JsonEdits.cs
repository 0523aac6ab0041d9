using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace SmartFlow.Llm.Mending;

/// <summary>A place in a JSON text, in bytes.</summary>
internal readonly record struct Place(int Start, int End);

/// <summary>
/// Changes of one JSON text. They may be noted in any order; everything between them stays byte for byte, and commas
/// are put right where a member or an item goes or comes.
/// </summary>
internal sealed class JsonEdits
{
    private readonly List<Edit> edits = [];

    /// <summary>The text as it is.</summary>
    public ReadOnlyMemory<byte> Json { get; private set; }

    public bool Any => edits.Count > 0;

    public void Begin(ReadOnlyMemory<byte> json)
    {
        Json = json;
        edits.Clear();
    }

    public ReadOnlySpan<byte> this[Place place] => Json.Span[place.Start..place.End];

    public void Replace(Place place, ReadOnlySpan<byte> with) =>
        edits.Add(new Edit(place.Start, place.End, with.ToArray(), false));

    public void Insert(int at, ReadOnlySpan<byte> text) => edits.Add(new Edit(at, at, text.ToArray(), false));

    /// <summary>Puts a member behind an opening brace.</summary>
    /// <param name="at">Behind the brace.</param>
    /// <param name="member">Name and value, without a comma.</param>
    public void InsertMember(int at, ReadOnlySpan<byte> member) => Insert(at, [.. member, (byte)',']);

    /// <summary>Takes a member (from its name on) or an item of a list away.</summary>
    public void Remove(Place place) => edits.Add(new Edit(place.Start, place.End, [], true));

    /// <summary>The text with the changes; without any it is the text itself.</summary>
    public ReadOnlyMemory<byte> End()
    {
        if (edits.Count == 0)
            return Json;
        using var target = new MemoryStream(Json.Length + 256);
        var json = Json.Span;
        var at = 0;
        foreach (var edit in edits.OrderBy(e => e.Start).ThenBy(e => e.End))
        {
            // Within what has gone already.
            if (edit.Start < at)
                continue;
            Copy(target, json[at..edit.Start]);
            target.Write(edit.With);
            at = edit.Removes ? AfterComma(json, edit.End) : edit.End;
        }
        Copy(target, json[at..]);
        return target.ToArray();
    }

    /// <summary>The place of the value on which the reader stands; the reader moves to its end.</summary>
    public static Place Past(scoped ref Utf8JsonReader reader)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return new Place(start, (int)reader.BytesConsumed);
    }

    /// <summary>The place of the member's name on which the reader stands, with its quotes.</summary>
    public static Place NameOf(in Utf8JsonReader reader) =>
        new((int)reader.TokenStartIndex, (int)reader.TokenStartIndex + reader.ValueSpan.Length + 2);

    /// <summary>A text stays, a number becomes its text, anything else becomes what is given.</summary>
    public void Text(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> otherwise)
    {
        if (
            reader.TokenType == JsonTokenType.String
            || (reader.TokenType == JsonTokenType.Null && otherwise.SequenceEqual("null"u8))
        )
            return;
        var isNumber = reader.TokenType == JsonTokenType.Number;
        var place = Past(ref reader);
        if (isNumber)
            Replace(place, [(byte)'"', .. this[place], (byte)'"']);
        else
            Replace(place, otherwise);
    }

    /// <summary>
    /// A whole number in bounds stays; what can be read as one becomes it, anything else becomes what is given.
    /// </summary>
    public void Whole(scoped ref Utf8JsonReader reader, long least, long most, long otherwise)
    {
        if (
            reader.TokenType == JsonTokenType.Number
            && reader.TryGetInt64(out var number)
            && number >= least
            && number <= most
        )
            return;
        var read = Number(ref reader);
        Replace(Past(ref reader), Digits(read is { } n && n >= least && n <= most ? (long)n : otherwise));
    }

    /// <summary>The number that a number or a text says; the reader stays.</summary>
    public static double? Number(scoped ref Utf8JsonReader reader)
    {
        if (reader.TokenType is not (JsonTokenType.Number or JsonTokenType.String))
            return null;
        return
            double.TryParse(reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number)
            ? number
            : null;
    }

    public static byte[] Digits(long number)
    {
        var target = new ArrayBufferWriter<byte>(20);
        Dialect.JsonText.WriteNumber(target, number);
        return target.WrittenSpan.ToArray();
    }

    /// <summary>
    /// A comma before a closing brace was that of something that has gone, or of a member put into an empty object.
    /// </summary>
    private static void Copy(MemoryStream target, ReadOnlySpan<byte> piece)
    {
        if (piece.TrimStart(" \t\r\n"u8) is [(byte)'}' or (byte)']', ..])
        {
            var length = (int)target.Length;
            while (length > 0 && target.GetBuffer()[length - 1] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                length--;
            if (length > 0 && target.GetBuffer()[length - 1] == ',')
                target.SetLength(length - 1);
        }
        target.Write(piece);
    }

    private static int AfterComma(ReadOnlySpan<byte> json, int at)
    {
        var next = json[at..].TrimStart(" \t\r\n"u8);
        return next is [(byte)',', ..] ? json.Length - next.Length + 1 : at;
    }

    private readonly record struct Edit(int Start, int End, byte[] With, bool Removes);
}
