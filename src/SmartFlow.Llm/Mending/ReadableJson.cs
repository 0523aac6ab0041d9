using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace SmartFlow.Llm.Mending;

/// <summary>
/// Makes one JSON object of a provider readable for every reader of JSON: UTF-8 throughout, no half of a surrogate
/// pair, no member twice (the last counts, as for all clients), nothing deeper than they read, no number that is none.
/// What is readable stays byte for byte. One instance follows one stream: the halves of a pair that was cut between two
/// events are joined.
/// </summary>
internal sealed class ReadableJson
{
    /// <summary>Readers take 64 levels, and our own surfaces put some around it.</summary>
    public const int MaxDepth = 40;
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };
    private readonly JsonEdits edits = new();
    private readonly List<Name> names = [];
    private byte[] half = [];

    /// <summary>False: it is not one JSON object.</summary>
    public bool TryRead(ReadOnlyMemory<byte> json, out ReadOnlyMemory<byte> readable)
    {
        json = WholeCharacters(json);
        return TryWalk(json, out readable) || (WithNumbers(json.Span) is { } better && TryWalk(better, out readable));
    }

    private bool TryWalk(ReadOnlyMemory<byte> json, out ReadOnlyMemory<byte> readable)
    {
        readable = json;
        edits.Begin(json);
        names.Clear();
        try
        {
            var reader = new Utf8JsonReader(json.Span, AnyDepth);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            Value(ref reader, 0, inUsage: false);
            if (reader.Read())
                return false;
        }
        catch (JsonException)
        {
            return false;
        }
        readable = edits.End();
        return true;
    }

    /// <summary>With null for what Python writes where a number is none; null: nothing of the kind is in it.</summary>
    private static byte[]? WithNumbers(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("NaN"u8) < 0 && json.IndexOf("Infinity"u8) < 0)
            return null;
        var target = new ArrayBufferWriter<byte>(json.Length);
        for (var inText = false; json.Length > 0; )
        {
            var none =
                inText ? 0
                : json.StartsWith("NaN"u8) ? 3
                : json.StartsWith("Infinity"u8) ? 8
                : json.StartsWith("-Infinity"u8) ? 9
                : 0;
            if (none > 0)
                target.Write("null"u8);
            var length =
                none > 0 ? none
                : inText && json[0] == '\\' ? Math.Min(2, json.Length)
                : 1;
            if (none == 0)
                target.Write(json[..length]);
            inText ^= json[0] == '"';
            json = json[length..];
        }
        return target.WrittenSpan.ToArray();
    }

    private void Value(ref Utf8JsonReader reader, int depth, bool inUsage)
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return;
        if (depth == MaxDepth)
            edits.Replace(JsonEdits.Past(ref reader), "null"u8);
        else if (reader.TokenType == JsonTokenType.StartObject)
            Members(ref reader, depth + 1, inUsage);
        else
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                Value(ref reader, depth + 1, inUsage);
    }

    private void Members(ref Utf8JsonReader reader, int depth, bool inUsage)
    {
        var first = names.Count;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonEdits.NameOf(reader);
            // Of counts that are told twice the reader of usage knows which is right.
            var known = inUsage ? -1 : Find(name, first);
            var counts = inUsage || reader.ValueTextEquals("usage"u8);
            reader.Read();
            Value(ref reader, depth, counts);
            var member = new Name(name, new Place(name.Start, (int)reader.BytesConsumed));
            if (known < 0)
            {
                names.Add(member);
                continue;
            }
            edits.Remove(names[known].Member);
            names[known] = member;
        }
        names.RemoveRange(first, names.Count - first);
    }

    private int Find(Place name, int first)
    {
        var wanted = edits[name];
        for (var i = first; i < names.Count; i++)
            if (names[i].Own.End - names[i].Own.Start == wanted.Length && edits[names[i].Own].SequenceEqual(wanted))
                return i;
        return -1;
    }

    private ReadOnlyMemory<byte> WholeCharacters(ReadOnlyMemory<byte> json)
    {
        if (!Utf8.IsValid(json.Span))
            json = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json.Span));
        if (half.Length == 0 && json.Span.IndexOf("\\ud"u8) < 0 && json.Span.IndexOf("\\uD"u8) < 0)
            return json;
        var whole = WholePairs(json.Span);
        return json.Span.SequenceEqual(whole) ? json : whole;
    }

    /// <summary>
    /// A half at the end of a text waits for the other half at the beginning of one; any other is replaced.
    /// </summary>
    private byte[] WholePairs(ReadOnlySpan<byte> json)
    {
        var target = new ArrayBufferWriter<byte>(json.Length + 6);
        var waiting = half;
        half = [];
        while (json.IndexOf((byte)'\\') is >= 0 and var at)
        {
            target.Write(json[..at]);
            var before = at > 0 ? json[at - 1] : (byte)0;
            json = json[at..];
            var (unit, next) = (Unit(json), Unit(json[Math.Min(6, json.Length)..]));
            var length = Math.Min(
                unit < 0 ? 2
                    : char.IsHighSurrogate((char)unit) && next >= 0 && char.IsLowSurrogate((char)next) ? 12
                    : 6,
                json.Length
            );
            if (length == 12 || unit < 0 || !char.IsSurrogate((char)unit))
                target.Write(json[..length]);
            else if (char.IsHighSurrogate((char)unit) && json.Length > 6 && json[6] == '"')
                half = json[..6].ToArray();
            else if (char.IsLowSurrogate((char)unit) && before == '"' && waiting.Length > 0)
            {
                target.Write(waiting);
                target.Write(json[..6]);
                waiting = [];
            }
            else
                target.Write("\\ufffd"u8);
            json = json[length..];
        }
        target.Write(json);
        return target.WrittenSpan.ToArray();
    }

    /// <summary>The code unit of an escape; -1: it is no such escape.</summary>
    private static int Unit(ReadOnlySpan<byte> escape) =>
        escape.Length >= 6
        && escape[0] == '\\'
        && escape[1] == 'u'
        && int.TryParse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? unit
            : -1;

    private readonly record struct Name(Place Own, Place Member);
}
