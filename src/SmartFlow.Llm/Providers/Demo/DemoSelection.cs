using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartFlow.Llm.Providers.Demo;

/// <summary>
/// Chooses among the candidates of a suggestion: the one that breaks least, of equals the first; and says why.
/// </summary>
internal static class DemoSelection
{
    /// <summary>The answer to the schema named selection: {"candidate","why"}.</summary>
    /// <exception cref="ProviderException">It is no list of candidates.</exception>
    public static string Answer(string text)
    {
        try
        {
            var asked = JsonNode.Parse(text)!;
            var candidates = asked["candidates"]!.AsArray().Select(c => c!.AsObject()).ToList();
            var best = candidates
                .Where(c => c["changes"]!.AsArray().Count > 0)
                .DefaultIfEmpty(candidates[0])
                .MinBy(c => c["breaks"]!.AsArray().Count)!;
            var zh = (string?)asked["language"] == "zh";
            return new JsonObject { ["candidate"] = best["id"]!.DeepClone(), ["why"] = Why(best, zh) }.ToJsonString(
                DemoRouting.Json
            );
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or NullReferenceException
                        or InvalidOperationException
                        or ArgumentOutOfRangeException
            )
        {
            throw DemoRequest.Refuse("The candidates cannot be read.");
        }
    }

    private static string Why(JsonObject candidate, bool zh)
    {
        var gentle = candidate["breaks"]!.AsArray().Count == 0;
        return (string?)candidate["kind"] switch
        {
            "add" or "make_up" when gentle => zh
                ? "这段时间正好空着，不影响别的安排。"
                : "That time is free and nothing else has to move.",
            "add" or "make_up" => zh
                ? "这样能补上，只有少量安排要动。"
                : "It fits this way, and only a little has to move.",
            "postpone" => zh ? "挪到后面还来得及。" : "There is still time for it later.",
            "merge" => zh ? "没有空位了，先各做一半。" : "Nothing is free, so half of each is done.",
            _ => zh ? "周历里没有合适的空位。" : "The week has no fitting place.",
        };
    }
}
