using System.Buffers;
using System.Text.Json;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// How much of an answer a value is, in bytes: a text its UTF-8, anything else its JSON, as long as it says something
/// beside its kind and place. Estimates are made from it.
/// </summary>
/// <param name="Bytes">The weight.</param>
/// <param name="Texts">The texts within a value that is not a text.</param>
/// <param name="Media">Of the weight, what looks like an image or a sound.</param>
internal readonly record struct OutputWeight(long Bytes, long Texts, long Media)
{
    private const int ShortestMedia = 1024;

    /// <summary>What data URLs and base64 consist of; a text so long has a blank.</summary>
    private static readonly SearchValues<byte> MediaBytes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_:;,.\\"u8
    );

    /// <summary>Members that say what a value is, or where, and nothing of what the model said.</summary>
    private static readonly byte[][] Marks = Names("type", "id", "role", "index", "object", "format", "status");

    /// <summary>Added by the provider from what it has found elsewhere.</summary>
    private static readonly byte[][] Additions = Names("annotations", "citations", "search_results", "extra_content");

    /// <summary>The member of a message on whose name the reader stands says who speaks, not what.</summary>
    public static bool IsMark(ref Utf8JsonReader reader) =>
        IsOneOf(ref reader, Marks) || reader.ValueTextEquals("name"u8);

    /// <summary>It is none of the model's output.</summary>
    public static bool IsAddition(ref Utf8JsonReader reader) => IsOneOf(ref reader, Additions);

    /// <summary>The value that follows the name on which the reader stands; the reader is a copy.</summary>
    public static OutputWeight Of(Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.String => new OutputWeight(JsonText.DecodedLength(reader.ValueSpan), 0, 0),
            JsonTokenType.StartObject or JsonTokenType.StartArray => OfJson(ref reader),
            _ => default,
        };
    }

    /// <summary>So it is, and an answer may also be a number.</summary>
    public static OutputWeight OfContent(Utf8JsonReader reader)
    {
        var weight = Of(reader);
        reader.Read();
        return reader.TokenType == JsonTokenType.Number ? new OutputWeight(reader.ValueSpan.Length, 0, 0) : weight;
    }

    private static OutputWeight OfJson(ref Utf8JsonReader reader)
    {
        var (start, depth) = (reader.TokenStartIndex, reader.CurrentDepth);
        long texts = 0,
            media = 0;
        bool isMark = false,
            says = false;
        while (reader.Read() && reader.CurrentDepth > depth)
            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    isMark = IsOneOf(ref reader, Marks);
                    break;
                case JsonTokenType.String when !isMark && reader.ValueSpan.Length > 0:
                    says = true;
                    texts += JsonText.DecodedLength(reader.ValueSpan);
                    if (IsMedia(reader.ValueSpan))
                        media += reader.ValueSpan.Length;
                    break;
                case JsonTokenType.Number or JsonTokenType.True or JsonTokenType.False:
                    says |= !isMark;
                    break;
            }
        return says ? new OutputWeight(reader.BytesConsumed - start, texts, media) : default;
    }

    private static bool IsMedia(ReadOnlySpan<byte> text) =>
        text.Length >= ShortestMedia && !text.ContainsAnyExcept(MediaBytes);

    private static bool IsOneOf(ref Utf8JsonReader reader, byte[][] names)
    {
        foreach (var name in names)
            if (reader.ValueTextEquals(name))
                return true;
        return false;
    }

    private static byte[][] Names(params string[] names) => [.. names.Select(System.Text.Encoding.ASCII.GetBytes)];
}
