using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SmartFlow.Llm.Providers.Demo;

/// <summary>
/// Vectors of the offline model: of length 1, the same for the same text, and without meaning: texts that say the same
/// are no nearer to each other than any others. They show that a program works, not what a real model finds.
/// </summary>
internal static class DemoEmbeddings
{
    private const int DefaultDimensions = 256;
    private const int MaxDimensions = 4_096;

    /// <exception cref="ProviderException">Rejected: dimensions out of range, or a format that is not
    /// offered.</exception>
    public static byte[] Answer(ProviderRequest request)
    {
        var asked = JsonNode.Parse(request.Body.Span)!;
        var dimensions = asked["dimensions"] is JsonValue given
            ? given.TryGetValue(out int number)
                ? number
                : 0
            : DefaultDimensions;
        if (dimensions is < 1 or > MaxDimensions)
            throw DemoRequest.Refuse($"dimensions must be between 1 and {MaxDimensions}.");
        var format = asked["encoding_format"]?.ToString() ?? "float";
        if (format is not ("float" or "base64"))
            throw DemoRequest.Refuse("encoding_format must be float or base64.");
        var items = Items(asked["input"]!);
        var data = new JsonArray();
        for (var i = 0; i < items.Count; i++)
            data.Add(
                new JsonObject
                {
                    ["object"] = "embedding",
                    ["index"] = i,
                    ["embedding"] = Write(Vector(items[i].ToJsonString(), dimensions), format),
                }
            );
        var tokens = items.Sum(i => i is JsonArray list ? list.Count : DemoTokens.Count(i.GetValue<string>()));
        return JsonSerializer.SerializeToUtf8Bytes(
            new JsonObject
            {
                ["object"] = "list",
                ["data"] = data,
                ["model"] = request.Model,
                ["usage"] = new JsonObject { ["prompt_tokens"] = tokens, ["total_tokens"] = tokens },
            }
        );
    }

    private static List<JsonNode> Items(JsonNode input) =>
        input is JsonArray list && list[0]!.GetValueKind() != JsonValueKind.Number
            ? [.. list.OfType<JsonNode>()]
            : [input];

    private static JsonNode Write(float[] vector, string format) =>
        format == "base64"
            ? JsonValue.Create(Convert.ToBase64String(MemoryMarshal.AsBytes(vector.AsSpan())))
            : new JsonArray([.. vector.Select(v => (JsonNode)JsonValue.Create(v))]);

    /// <summary>Four bytes of a chain of hashes a number, then all divided by the length.</summary>
    private static float[] Vector(string item, int dimensions)
    {
        var vector = new float[dimensions];
        var block = SHA256.HashData(Encoding.UTF8.GetBytes(item));
        for (var i = 0; i < dimensions; i++)
        {
            var at = i * sizeof(int) % block.Length;
            if (i > 0 && at == 0)
                block = SHA256.HashData(block);
            vector[i] = BinaryPrimitives.ReadInt32LittleEndian(block.AsSpan(at)) / (float)int.MaxValue;
        }
        var length = MathF.Sqrt(vector.Sum(v => v * v));
        for (var i = 0; i < dimensions; i++)
            vector[i] /= length;
        return vector;
    }
}
