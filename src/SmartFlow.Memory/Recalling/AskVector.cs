using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Memory.Recalling;

/// <summary>
/// Asks what a text means to the model of <see cref="MemoryOptions.EmbeddingModel"/>: scene memory.embed, paid by the
/// user, under a key of what asks. A user whose call was refused or failed is left alone for a while: nobody's turns
/// pay for a provider that is not there.
/// </summary>
internal sealed class AskVector(ILlm llm, IOptions<MemoryOptions> options, TimeProvider time)
{
    private const int NumbersMax = 8_192;
    private const int PausedMax = 10_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<ulong, DateTimeOffset> paused = new();

    /// <summary>Empty: there is none to ask.</summary>
    public string Model => options.Value.EmbeddingModel;

    public bool MayAsk(ulong userId) =>
        Model.Length > 0 && !(paused.TryGetValue(userId, out var until) && time.GetUtcNow() < until);

    public void LeaveAlone(ulong userId)
    {
        if (paused.Count >= PausedMax)
            paused.Clear();
        paused[userId] = time.GetUtcNow() + Pause;
    }

    /// <returns>Of length 1.</returns>
    /// <exception cref="RefusedException">Those of ILlm; provider_failed where what it answered is no
    /// vector.</exception>
    public async Task<Half[]> OfAsync(
        ulong userId,
        string key,
        string text,
        long? conversationId,
        CancellationToken cancellationToken
    )
    {
        var billing = new BillingContext(
            userId,
            $"{EventKey.OwnPrefix}memory:{key}",
            Scenes.MemoryEmbed,
            $"memory:{key}",
            conversationId?.ToString(CultureInfo.InvariantCulture) ?? "",
            Model,
            SkipCharge: false
        );
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["model"] = Model,
                ["input"] = text,
                ["encoding_format"] = "float",
            }
        );
        var answer = await llm.GenerateEmbeddingsAsync(billing, body, cancellationToken);
        paused.TryRemove(userId, out _);
        return Read(answer.Body.Memory);
    }

    private static Half[] Read(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            var numbers = document.RootElement.GetProperty("data")[0].GetProperty("embedding");
            if (numbers.GetArrayLength() is 0 or > NumbersMax)
                throw NoVector();
            var read = numbers.EnumerateArray().Select(n => n.GetDouble()).ToArray();
            var length = Math.Sqrt(read.Sum(n => n * n));
            if (!double.IsFinite(length) || length == 0)
                throw NoVector();
            return [.. read.Select(n => (Half)(n / length))];
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
                        or IndexOutOfRangeException
            )
        {
            throw NoVector();
        }
    }

    private static RefusedException NoVector() => new(ErrorCodes.ProviderFailed, "The model's answer is no vector.");
}
