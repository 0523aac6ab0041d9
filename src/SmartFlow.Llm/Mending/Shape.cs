using System.Text;
using System.Text.Json;

namespace SmartFlow.Llm.Mending;

/// <summary>
/// What official clients read in a place of an answer; on anything else one of them raises. Members that are not named
/// may be anything.
/// </summary>
internal sealed class Shape
{
    private static readonly Shape Text = new(t => t.TokenType is JsonTokenType.String or JsonTokenType.Null);
    private static readonly Shape Whole = new(t => t.TokenType == JsonTokenType.Number && t.TryGetInt32(out _));
    private static readonly Shape Number = new(t => t.TokenType == JsonTokenType.Number);
    private static readonly Shape Base64 = new(t =>
        t.TokenType == JsonTokenType.String && t.TryGetBytesFromBase64(out _)
    );
    private static readonly Shape Bytes = ListOf(
        new Shape(t => t.TokenType == JsonTokenType.Number && t.TryGetByte(out _)),
        orNull: true
    );

    private static readonly (string, Shape)[] Token = [("token", Text), ("logprob", Number), ("bytes", Bytes)];

    private static readonly Shape Tokens = ListOf(Of([.. Token, ("top_logprobs", ListOf(Of(Token)))]), orNull: true);

    /// <summary>Log probabilities.</summary>
    public static readonly Shape Logprobs = Of([("content", Tokens), ("refusal", Tokens)], orNull: true);

    /// <summary>Where a text was found.</summary>
    public static readonly Shape Annotations = ListOf(
        Of([
            ("type", Text),
            (
                "url_citation",
                Of([("start_index", Whole), ("end_index", Whole), ("url", Text), ("title", Text)], orNull: true)
            ),
        ]),
        orNull: true
    );

    /// <summary>A spoken answer.</summary>
    public static readonly Shape Audio = Of(
        [("id", Text), ("expires_at", Number), ("data", Base64), ("transcript", Text)],
        orNull: true
    );

    private readonly Fits fits;
    private readonly bool orNull;
    private readonly Shape? items;
    private readonly (byte[] Name, Shape Shape)[]? members;

    private Shape(Fits fits) => this.fits = fits;

    private Shape(Shape? items, (string Name, Shape Shape)[]? members, bool orNull)
        : this(_ => false)
    {
        (this.items, this.orNull) = (items, orNull);
        this.members = members is null ? null : [.. members.Select(m => (Encoding.UTF8.GetBytes(m.Name), m.Shape))];
    }

    private delegate bool Fits(Utf8JsonReader token);

    /// <summary>Whether the value on which the reader stands has this shape; the reader moves to its end.</summary>
    public bool Has(ref Utf8JsonReader reader)
    {
        if (orNull && reader.TokenType == JsonTokenType.Null)
            return true;
        var has = true;
        if (members is not null && reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var member = Of(ref reader);
                reader.Read();
                if (member is null)
                    reader.Skip();
                else
                    has &= member.Has(ref reader);
            }
            return has;
        }
        if (items is not null && reader.TokenType == JsonTokenType.StartArray)
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                has &= items.Has(ref reader);
            return has;
        }
        has = fits(reader);
        reader.Skip();
        return has;
    }

    private Shape? Of(ref Utf8JsonReader reader)
    {
        foreach (var (name, shape) in members!)
            if (reader.ValueTextEquals(name))
                return shape;
        return null;
    }

    private static Shape Of((string Name, Shape Shape)[] members, bool orNull = false) => new(null, members, orNull);

    private static Shape ListOf(Shape items, bool orNull = false) => new(items, null, orNull);
}
