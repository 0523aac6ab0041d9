using System.Buffers;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// What the usage objects of one answer told together, and the one of them that is shown to the client.
/// </summary>
/// <param name="promptOnly">Nothing is ever output: the total is the prompt's.</param>
internal sealed class AnswerUsage(bool promptOnly = false)
{
    private UsageCounts counts;
    private byte[] shown = [];
    private int shownLength;

    public ToldUsage Told { get; private set; }

    /// <summary>
    /// The provider's own object; where several told it in parts, the whole as OpenAI would; empty: none.
    /// </summary>
    public ReadOnlyMemory<byte> Json => shown.AsMemory(0, shownLength);

    /// <summary>Takes a further usage object. True: it speaks of the output.</summary>
    public bool Take(ReadOnlySpan<byte> usageObject)
    {
        var later = UsageCounts.Of(usageObject);
        if (later == default)
            return false;
        var before = Told;
        counts = counts.Then(later);
        Told = Of(counts);
        if (Of(later) == Told)
            Show(usageObject);
        else if (Told != before)
            ShowWhole();
        return later.TellsOutput;
    }

    private ToldUsage Of(in UsageCounts some) => promptOnly ? some.TellPrompt() : some.Tell();

    private void Show(ReadOnlySpan<byte> json)
    {
        // Some servers tell it with every chunk.
        if (shown.Length < json.Length)
            shown = new byte[Math.Max(256, json.Length)];
        json.CopyTo(shown);
        shownLength = json.Length;
    }

    private void ShowWhole()
    {
        shownLength = 0;
        if (!Told.Whole)
            return;
        var whole = new ArrayBufferWriter<byte>(256);
        UsageChunk.WriteUsage(whole, Told.Buckets);
        Show(whole.WrittenSpan);
    }
}
