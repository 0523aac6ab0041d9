using SmartFlow.Llm.Mending;

namespace SmartFlow.Llm.Providers;

/// <summary>Lists of embeddings, handed on byte for byte, but for what clients cannot read. They are never streamed.</summary>
internal sealed class EmbeddingsFormat : IAnswerFormat
{
    public static readonly EmbeddingsFormat Instance = new();

    public bool TryComplete(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> completion) =>
        EmbeddingsMender.TryMend(body, out completion) && ErrorObjects.HasList(completion.Span, "data"u8);

    public IEventFormat Events(int choices) => throw new NotSupportedException("Embeddings come as one body.");
}
