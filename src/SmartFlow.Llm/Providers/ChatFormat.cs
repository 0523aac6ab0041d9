using System.Text.Json;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Mending;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// The common dialect: answers are chat completions already and are handed on byte for byte, but for what clients
/// cannot read.
/// </summary>
internal sealed class ChatFormat(TimeProvider time) : IAnswerFormat
{
    public bool TryComplete(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> completion) =>
        AnswerMender.TryComplete(body, time, out completion);

    public IEventFormat Events(int choices) => new ChatEvents(choices, time);

    private sealed class ChatEvents(int choices, TimeProvider time) : IEventFormat
    {
        private readonly AnswerMender mender = AnswerMender.OfStream(time);
        private readonly UsualChunk usual = new();
        private ReadOnlyMemory<byte> waiting;

        public bool Finished => mender.Ended >= choices;

        public bool UsageTold { get; private set; }

        public bool IsEnd(ReadOnlySpan<byte> data) => data.Trim(" \t"u8).SequenceEqual("[DONE]"u8);

        public ReadOnlyMemory<byte> Chunk(ReadOnlyMemory<byte> data, int nth)
        {
            if (nth > 0)
                return Waiting();
            if (usual.Is(data.Span))
                return data;
            // What is not readable is found so by whoever reads the chunk.
            if (!mender.TryMend(data, out var chunk))
                return data;
            if (mender.FreeTexts.Count > 0)
                usual.Learn(data.Span, mender.FreeTexts);
            if (Finished && !UsageTold)
                UsageTold = !mender.Usage.IsEmpty || HasUsage(chunk.Span);
            // Behind the delta, of which it speaks, too.
            waiting = mender.Usage;
            return chunk;
        }

        private ReadOnlyMemory<byte> Waiting()
        {
            var next = waiting;
            waiting = default;
            return next;
        }

        private static bool HasUsage(ReadOnlySpan<byte> chunk)
        {
            try
            {
                return chunk.IndexOf("\"usage\""u8) >= 0 && !UsageReader.Find(chunk).IsEmpty;
            }
            catch (JsonException)
            {
                return false;
            }
        }
    }
}
