namespace SmartFlow.Llm.Providers;

/// <summary>Lists of embeddings, handed on byte for byte. They are never streamed.</summary>
internal sealed class EmbeddingsFormat : IAnswerFormat
{
    public static readonly EmbeddingsFormat Instance = new();

    public bool TryComplete(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> completion)
    {
        completion = body;
        return ErrorObjects.HasList(body.Span, "data"u8);
    }

    public IEventFormat Events(int choices) => throw new NotSupportedException("Embeddings come as one body.");
}
