using System.Text.Json;

namespace SmartFlow.Llm.Dialect;

internal sealed partial class AnswerChoice
{
    private long WeighOriginal(ref Utf8JsonReader reader)
    {
        var bytes = 0L;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return 0;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var weight = OutputWeight.Of(reader);
            (bytes, media) = (bytes + weight.Bytes, media + weight.Media);
            SkipValue(ref reader);
        }
        return bytes;
    }

    /// <summary>
    /// Adds the member on whose name the reader stands to what was said or thought. Returns whether it is neither, but
    /// a word about the message.
    /// </summary>
    private bool Weigh(ref Utf8JsonReader reader, ref long said, ref OutputWeight spoken, ref OutputWeight structured)
    {
        var isContent = reader.ValueTextEquals("content"u8);
        if (!isContent && OutputWeight.IsMark(ref reader))
            return true;
        if (!isContent && OutputWeight.IsAddition(ref reader))
            return false;
        var weight = isContent ? OutputWeight.OfContent(reader) : OutputWeight.Of(reader);
        media += weight.Media;
        if (isContent || !IsThought(reader.ValueSpan))
            said += weight.Bytes;
        else if (weight.Texts > 0)
            structured = structured.Bytes > weight.Bytes ? structured : weight;
        else
            spoken = spoken.Bytes > weight.Bytes ? spoken : weight;
        return false;
    }

    private static bool IsThought(ReadOnlySpan<byte> name) =>
        name.StartsWith("reasoning"u8) || name.StartsWith("thinking"u8) || name.StartsWith("thought"u8);

    /// <summary>The weight of what was delivered, by what a message that comes again tells anew.</summary>
    private struct Weights
    {
        public long Said;
        public long Called;

        /// <summary>Thoughts told as text, as JSON, and the texts in that JSON.</summary>
        public long Spoken;
        public long Structured;
        public long Texts;

        public readonly long Sum => Said + Called + Thought;

        /// <summary>Once, whichever names it has: beside a plain text, of what is structured its texts.</summary>
        private readonly long Thought => Spoken > 0 ? Math.Max(Spoken, Texts) : Structured;

        public void Add(in Weights more)
        {
            Said += more.Said;
            Called += more.Called;
            Spoken += more.Spoken;
            Structured += more.Structured;
            Texts += more.Texts;
        }

        public void Replace(in Weights again)
        {
            if (again.Said > 0)
                Said = again.Said;
            if (again.Called > 0)
                Called = again.Called;
            if (again.Thought > 0)
                (Spoken, Structured, Texts) = (again.Spoken, again.Structured, again.Texts);
        }
    }
}
