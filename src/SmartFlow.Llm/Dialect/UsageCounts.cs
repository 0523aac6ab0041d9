using System.Text.Json;
using SmartFlow.Contracts.Billing;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// The counts of one usage object, or of several that came one after the other, under the names of all dialects. Of two
/// names for one count the larger says it, so that a zero never beats a count; what is missing or malformed is null.
/// </summary>
internal record struct UsageCounts
{
    private long? prompt;
    private long? input;
    private long? completion;
    private long? total;
    private long? cached;
    private long? cacheMiss;
    private long? cacheWrite;
    private long? cacheWriteShort;
    private long? cacheWriteLong;
    private long? reasoning;
    private bool namedAsAnthropic;
    private bool cacheBeside;

    /// <summary>Where in a usage object the reader is.</summary>
    private enum Part
    {
        Top,
        Prompt,
        Completion,
        Writes,
    }

    /// <summary>It speaks of the output, if only by the total.</summary>
    public readonly bool TellsOutput => completion > 0 || reasoning > 0 || total > 0;

    /// <summary>Every count that a usage object tells.</summary>
    /// <exception cref="JsonException">The JSON is broken.</exception>
    public static UsageCounts Of(ReadOnlySpan<byte> usageObject)
    {
        var counts = new UsageCounts();
        var reader = new Utf8JsonReader(usageObject);
        if (!usageObject.IsEmpty && reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            counts.Read(ref reader, Part.Top);
        return counts;
    }

    /// <summary>What both told: the later one where it says more than zero.</summary>
    public readonly UsageCounts Then(in UsageCounts later) =>
        new()
        {
            prompt = Later(prompt, later.prompt),
            input = Later(input, later.input),
            completion = Later(completion, later.completion),
            // A sum is of the counts beside it: it does not outlive them.
            total =
                later.total > 0 || !(later.prompt > 0 || later.input > 0 || later.completion > 0)
                    ? Later(total, later.total)
                    : null,
            cached = Later(cached, later.cached),
            cacheMiss = Later(cacheMiss, later.cacheMiss),
            cacheWrite = Later(cacheWrite, later.cacheWrite),
            cacheWriteShort = Later(cacheWriteShort, later.cacheWriteShort),
            cacheWriteLong = Later(cacheWriteLong, later.cacheWriteLong),
            reasoning = Later(reasoning, later.reasoning),
            namedAsAnthropic = namedAsAnthropic || later.namedAsAnthropic,
            cacheBeside = cacheBeside || later.cacheBeside,
        };

    /// <summary>Without what it says of the output: at the beginning of an answer that is a placeholder.</summary>
    public readonly UsageCounts OfPromptOnly() => this with { completion = null, reasoning = null, total = null };

    /// <summary>Sorted into buckets, in a dialect in which the prompt never holds the cache.</summary>
    public readonly ToldUsage TellBeside() => (this with { cacheBeside = true }).Tell();

    /// <summary>Of a call without output: the prompt, else the total.</summary>
    public readonly ToldUsage TellPrompt()
    {
        var asked = Asked is > 0 ? Asked : Larger(Asked, total);
        // What the total holds beyond the prompt can only be its cache.
        var beside = CountsBeside || (total > asked && total - asked == Cache) ? Cache : 0;
        return new ToldUsage(Split(asked + beside, 0, Reads, Writes, 0), asked is not null, true);
    }

    /// <summary>
    /// Sorted into buckets. Whether the cache and the reasoning stand within the counts or beside them, the total
    /// tells.
    /// </summary>
    public readonly ToldUsage Tell()
    {
        var (asked, said, sum, thought) = (Asked, completion, total ?? 0, reasoning ?? 0);
        if (said == 0 && thought > 0 && sum == 0)
            said = null;
        if (asked is not > 0 && said is not > 0 && sum > 0)
            return Partly(null, null, thought, sum);
        if (asked is not > 0 && sum > said)
        {
            // The prompt is what the total holds beyond the completion, and beyond a reasoning that the completion
            // cannot hold.
            var rest = sum - said.Value;
            if (thought > said && rest >= thought)
                (said, rest) = (said + thought, rest - thought);
            if (rest > 0)
                return new ToldUsage(Split(rest, said, Reads, Writes, thought), true, true);
        }
        // A prompt of zero beside a cache says nothing, unless the total agrees with it.
        if (asked is null || (asked == 0 && Cache > 0 && sum == 0 && !CountsBeside))
            return Partly(null, said, thought);
        if (said is not null || sum >= asked)
            return new ToldUsage(Arrange(asked.Value, said ?? 0, sum, thought), true, true);
        return Partly(asked + Beside(asked.Value, 0, sum - asked.Value, thought).Cache, null, thought);
    }

    private readonly long Reads => cached ?? 0;

    private readonly long Writes => Math.Max(cacheWrite ?? 0, (cacheWriteShort ?? 0) + (cacheWriteLong ?? 0));

    private readonly long Cache => Reads + Writes;

    /// <summary>The prompt as told, its cache within or beside it.</summary>
    private readonly long? Asked =>
        IsMiss ? cacheMiss
        // A prompt that is told beside Anthropic's input may hold the cache, the input does not.
        : cacheBeside && input > 0 ? input
        : Larger(prompt, input);

    /// <summary>Of the prompt only what the cache did not have is told.</summary>
    private readonly bool IsMiss => Larger(prompt, input) is not > 0 && cacheMiss > 0;

    /// <summary>
    /// By its dialect or its names the cache stands beside the prompt: Anthropic's, and the prompt has no other name.
    /// </summary>
    private readonly bool CountsBeside =>
        cacheBeside || IsMiss || (namedAsAnthropic && input is not null && prompt is not > 0);

    private readonly ToldUsage Partly(long? asked, long? said, long thought, long sum = 0) =>
        new(Split(asked, said, Reads, Writes, thought), asked is not null, said is not null, sum);

    private readonly TokenUsage Arrange(long asked, long said, long sum, long thought)
    {
        var surplus = sum - asked - said;
        var (cacheTokens, thoughtTokens) = Beside(asked, said, surplus, thought);
        var unexplained = surplus - cacheTokens - thoughtTokens;
        said += thoughtTokens;
        if (unexplained > 0)
        {
            // It was generated, or it would not be in the total: the completion where none was told, else reasoning.
            if (said > 0)
                thought = Math.Max(thought, unexplained);
            said += unexplained;
        }
        return Split(asked + cacheTokens, said, Reads, Writes, thought);
    }

    /// <summary>How many tokens of the cache and of the reasoning stand beside the prompt and the completion.</summary>
    private readonly (long Cache, long Thought) Beside(long asked, long said, long surplus, long thought)
    {
        if (cacheBeside || IsMiss)
            return (Cache, surplus > 0 && (surplus == thought || surplus - Cache == thought) ? thought : 0);
        // What is larger than the prompt cannot stand within it; under the other names a server is taken at its word.
        if (surplus <= 0)
            return ((namedAsAnthropic && Cache > asked) || (surplus < 0 && CountsBeside) ? Cache : 0, 0);
        if (surplus == thought)
            return (0, thought);
        // Without a completion, a cache that the prompt can hold explains nothing.
        if (said == 0 && Cache <= asked)
            return (0, 0);
        if (surplus == Cache || surplus == Reads || surplus == Writes)
            return (surplus, 0);
        if (surplus == Cache + thought)
            return (Cache, thought);
        return (CountsBeside && surplus > Cache ? Cache : 0, 0);
    }

    private static TokenUsage Split(long? asked, long? said, long reads, long writes, long thought)
    {
        var read = Math.Min(reads, asked ?? reads);
        var written = Math.Min(writes, (asked ?? read + writes) - read);
        var reasoned = Math.Min(thought, said ?? thought);
        return new TokenUsage(
            (asked ?? read + written) - read - written,
            (said ?? reasoned) - reasoned,
            read,
            written,
            reasoned
        );
    }

    private void Read(ref Utf8JsonReader reader, Part part)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = UsageNames.Of(ref reader);
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject && Opens(name, part) is { } inner)
                Read(ref reader, inner);
            else if (name == UsageName.Semantic && reader.TokenType == JsonTokenType.String)
                cacheBeside |= reader.ValueTextEquals("anthropic"u8);
            else if (IsOf(name, part))
                Count(name, part, UsageNumber.Read(ref reader));
            else
                reader.Skip();
        }
    }

    private static Part? Opens(UsageName name, Part part) =>
        (name, part) switch
        {
            (UsageName.PromptDetails, Part.Top) => Part.Prompt,
            (UsageName.CompletionDetails, Part.Top) => Part.Completion,
            (UsageName.CacheCreation, Part.Top or Part.Prompt) => Part.Writes,
            _ => null,
        };

    private static bool IsOf(UsageName name, Part part) =>
        part switch
        {
            Part.Top => name
                is not (
                    UsageName.Other
                    or UsageName.PromptDetails
                    or UsageName.CompletionDetails
                    or UsageName.Semantic
                ),
            Part.Prompt => name
                is UsageName.Cached
                    or UsageName.CacheRead
                    or UsageName.CacheWrite
                    or UsageName.CacheCreation
                    or UsageName.CacheWriteShort
                    or UsageName.CacheWriteLong,
            Part.Completion => name == UsageName.Reasoning,
            _ => name is UsageName.CacheWriteShort or UsageName.CacheWriteLong,
        };

    private void Count(UsageName name, Part part, long? number)
    {
        if (number is null)
            return;
        if (part == Part.Top && name is UsageName.CacheRead or UsageName.CacheCreation)
            namedAsAnthropic |= number > 0;
        switch (name)
        {
            case UsageName.Prompt:
                prompt = Larger(prompt, number);
                break;
            case UsageName.Input:
                input = Larger(input, number);
                break;
            case UsageName.Completion:
                completion = Larger(completion, number);
                break;
            case UsageName.Total:
                total = Larger(total, number);
                break;
            case UsageName.Cached or UsageName.CacheRead:
                cached = Larger(cached, number);
                break;
            case UsageName.CacheMiss:
                cacheMiss = Larger(cacheMiss, number);
                break;
            case UsageName.CacheWrite or UsageName.CacheCreation:
                cacheWrite = Larger(cacheWrite, number);
                break;
            case UsageName.CacheWriteShort:
                cacheWriteShort = Larger(cacheWriteShort, number);
                break;
            case UsageName.CacheWriteLong:
                cacheWriteLong = Larger(cacheWriteLong, number);
                break;
            case UsageName.Reasoning:
                reasoning = Larger(reasoning, number);
                break;
        }
    }

    private static long? Larger(long? a, long? b) => a >= b || b is null ? a : b;

    private static long? Later(long? earlier, long? later) => later > 0 || earlier is null ? later : earlier;
}
