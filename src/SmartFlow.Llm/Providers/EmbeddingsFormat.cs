using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Mending;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// Lists of embeddings, handed on byte for byte but for what clients cannot read and for the vectors of a server that
/// does not know the form which was asked for. They are never streamed.
/// </summary>
/// <param name="base64">As base64, or as numbers; null: as they come.</param>
internal sealed class EmbeddingsFormat(bool? base64) : IAnswerFormat
{
    public static readonly EmbeddingsFormat Numbers = new(false);
    public static readonly EmbeddingsFormat Base64 = new(true);

    /// <summary>For a form that only the server knows.</summary>
    public static readonly EmbeddingsFormat AsTheyCome = new(null);

    public bool TryComplete(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> completion)
    {
        if (!EmbeddingsMender.TryMend(body, out completion) || !ErrorObjects.HasList(completion.Span, "data"u8))
            return false;
        if (base64 is { } form)
            completion = EmbeddingVectors.As(completion, form);
        return true;
    }

    public IEventFormat Events(int choices) => throw new NotSupportedException("Embeddings come as one body.");
}
