namespace SmartFlow.Llm.Dialect;

/// <summary>
/// The one rule by which pieces of tool calls are told apart: calls are numbered in the order in which they begin. A
/// piece belongs to the latest call with its index and, where both have one, its id; servers that leave the index out
/// or call everything 0 begin a call with a new id; servers that do not give ids either begin one with another name, or
/// with the same and arguments from their beginning.
/// </summary>
internal sealed class ToolCallNumbers
{
    public const int MaxCalls = 256;
    private readonly List<Call> calls = [];

    public int Count => calls.Count;

    /// <summary>The number of the piece's call, a new one where it begins it; -1: there are too many.</summary>
    /// <param name="piece">One entry of a list.</param>
    /// <param name="position">Its place in the list.</param>
    /// <param name="entries">How many the list has.</param>
    public int Of(in ToolCallPiece piece, int position, int entries)
    {
        var number = Find(piece, position, entries);
        if (number < 0)
        {
            if (calls.Count == MaxCalls)
                return -1;
            number = calls.Count;
            calls.Add(new Call(piece.Index));
        }
        calls[number].Take(piece);
        return number;
    }

    private int Find(in ToolCallPiece piece, int position, int entries)
    {
        // Several at once without anything that tells them apart go on in their order.
        var byPlace = piece.Index is null && piece.Id.IsEmpty && entries > 1 && position < calls.Count;
        for (var i = calls.Count - 1; i >= 0; i--)
        {
            var call = calls[i];
            if (piece.Index is { } index && call.Index is { } own && index != own)
                continue;
            if (byPlace && i != position)
                continue;
            var known = !piece.Id.IsEmpty && call.Id.Length > 0;
            if (known && !piece.Id.SequenceEqual(call.Id))
                continue;
            return !known && Begins(piece, call) ? -1 : i;
        }
        return -1;
    }

    /// <summary>Without ids to compare: another name, or the same again with arguments from their beginning.</summary>
    private static bool Begins(in ToolCallPiece piece, Call call) =>
        !piece.Name.IsEmpty
        && call.Name.Length > 0
        && (!piece.Name.SequenceEqual(call.Name) || (piece.First == '{' && (piece.Index is null || call.Last == '}')));

    private sealed class Call(int? index)
    {
        public int? Index => index;

        public byte[] Id { get; private set; } = [];

        public byte[] Name { get; private set; } = [];

        public byte Last { get; private set; }

        public void Take(in ToolCallPiece piece)
        {
            if (Id.Length == 0 && !piece.Id.IsEmpty)
                Id = piece.Id.ToArray();
            if (Name.Length == 0 && !piece.Name.IsEmpty)
                Name = piece.Name.ToArray();
            if (piece.Last != 0)
                Last = piece.Last;
        }
    }
}
