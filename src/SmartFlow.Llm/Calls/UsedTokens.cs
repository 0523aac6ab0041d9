using SmartFlow.Contracts.Billing;
using SmartFlow.Llm.Dialect;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// What a call has used: what the provider told, and our estimate where it told nothing, said zero of what there is, or
/// spoke of the output before it was whole. Marked as estimated as soon as one number is ours.
/// </summary>
internal static class UsedTokens
{
    /// <param name="told">By the provider.</param>
    /// <param name="estimate">Input and output as we would guess them.</param>
    /// <param name="ended">The answer came to its end.</param>
    /// <param name="counted">What was told of the output was told of all of it.</param>
    /// <param name="empty">Nothing was delivered.</param>
    public static TokenUsage Of(in ToldUsage told, in TokenUsage estimate, bool ended, bool counted, bool empty)
    {
        var (prompt, completion) = (told.PromptTokens, told.CompletionTokens);
        if (told.Total > 0)
            (prompt, completion) = Split(told.Total, estimate, ended, empty);
        else
        {
            // No prompt has no tokens, unless the provider says that it has done nothing, and nothing came.
            var nothing = ended && empty && told.Whole && prompt + completion == 0;
            if (!nothing && (!told.Input || prompt == 0))
                prompt = Math.Max(prompt, estimate.Input);
            if (!counted || completion == 0)
                completion = Math.Max(completion, estimate.Output);
        }
        var read = Math.Min(told.Buckets.Cached, prompt);
        var written = Math.Min(told.Buckets.CacheWrite, prompt - read);
        var thought = Math.Min(told.Buckets.Reasoning, completion);
        var estimated = !told.Whole || prompt != told.PromptTokens || completion != told.CompletionTokens;
        return new TokenUsage(prompt - read - written, completion - thought, read, written, thought, estimated);
    }

    /// <summary>
    /// A sum of which neither part was told. Beyond what we estimate for both, it is output that was not shown; below,
    /// both shrink alike.
    /// </summary>
    private static (long Prompt, long Completion) Split(long total, in TokenUsage estimate, bool ended, bool empty)
    {
        if (!ended)
            total = Math.Max(total, estimate.Total);
        if (ended && empty)
            return (total, 0);
        var completion =
            total >= estimate.Total
                ? total - estimate.Input
                : (long)((Int128)total * estimate.Output / Math.Max(1, estimate.Total));
        return (total - completion, completion);
    }
}
