using System.Text.Json;
using SmartFlow.Llm.Dialect;

namespace SmartFlow.Llm.Providers;

/// <summary>The common dialect: answers are chat completions already and are handed on byte for byte.</summary>
internal sealed class ChatFormat : IAnswerFormat
{
    public static readonly ChatFormat Instance = new();

    public bool TryComplete(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> completion)
    {
        completion = body;
        return ErrorObjects.IsCompletion(body.Span);
    }

    public IEventFormat Events(int choices) => new ChatEvents(choices);

    private sealed class ChatEvents(int choices) : IEventFormat
    {
        private readonly AnswerText? ends = choices > 1 ? new AnswerText(0) : null;

        public bool Finished { get; private set; }

        public bool UsageTold { get; private set; }

        public bool IsEnd(ReadOnlySpan<byte> data) => data.Trim(" \t"u8).SequenceEqual("[DONE]"u8);

        public ReadOnlyMemory<byte> Chunk(ReadOnlyMemory<byte> data, int nth)
        {
            if (nth > 0) return default;
            if (!Finished && EndsChoice(data.Span)) Finished = ends is null || (ends.TryAdd(data.Span) && ends.FinishedChoices >= choices);
            if (Finished && !UsageTold) UsageTold = HasUsage(data.Span);
            return data;
        }

        private static bool HasUsage(ReadOnlySpan<byte> chunk)
        {
            try
            {
                return chunk.IndexOf("\"usage\""u8) >= 0 && !UsageReader.Find(chunk).IsEmpty;
            }
            catch (JsonException)
            {
                // Whoever reads the chunk says what is wrong with it.
                return false;
            }
        }

        /// <summary>A finish_reason that is a text; inside a text of the model the quotes would be escaped.</summary>
        private static bool EndsChoice(ReadOnlySpan<byte> chunk)
        {
            while (true)
            {
                var at = chunk.IndexOf("\"finish_reason\""u8);
                if (at < 0) return false;
                chunk = chunk[(at + 15)..].TrimStart(" \t\r\n:"u8);
                if (chunk.Length > 0 && chunk[0] == '"') return true;
            }
        }
    }
}
