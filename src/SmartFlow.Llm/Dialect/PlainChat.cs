using System.Text.Json.Nodes;
using SmartFlow.Platform.Web;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// A request that another surface translated, for providers other than Anthropic: without Anthropic's cache_control,
/// which some refuse, and with the images of tool results in a message of the user, because a tool's message is text to
/// most. What came as a chat completion is left as it is.
/// </summary>
internal static class PlainChat
{
    private const string Mark = "cache_control";

    /// <param name="body">As it would be sent.</param>
    /// <param name="toolImages">A result of a tool holds an image.</param>
    public static byte[] Of(byte[] body, bool toolImages)
    {
        if (!toolImages && body.AsSpan().IndexOf("\"cache_control\""u8) < 0)
            return body;
        var request = JsonNode.Parse(body)!.AsObject();
        request.Remove(Mark);
        var messages = request["messages"]!.AsArray();
        foreach (var message in messages)
        foreach (var part in message?["content"] as JsonArray ?? [])
            (part as JsonObject)?.Remove(Mark);
        foreach (var tool in request["tools"] as JsonArray ?? [])
            (tool as JsonObject)?.Remove(Mark);
        if (toolImages)
            request["messages"] = WithImagesAfterTools(messages);
        return JsonBody.Write(request);
    }

    /// <summary>After the results that follow each other, because nothing may stand between them.</summary>
    private static JsonArray WithImagesAfterTools(JsonArray messages)
    {
        var (moved, images) = (new JsonArray(), new JsonArray());
        foreach (var message in messages)
        {
            var copy = message!.DeepClone();
            var isTool = copy["role"]!.GetValue<string>() == "tool";
            if (!isTool)
                Put(moved, images);
            if (isTool && copy["content"] is JsonArray parts)
                Take(copy, parts, images);
            moved.Add(copy);
        }
        Put(moved, images);
        return moved;
    }

    private static void Take(JsonNode message, JsonArray parts, JsonArray images)
    {
        var found = parts.Where(p => p?["image_url"] is not null).ToArray();
        if (found.Length == 0)
            return;
        images.Add(Text($"Images in the result of the tool call {message["tool_call_id"]}:"));
        foreach (var image in found)
        {
            parts.Remove(image);
            images.Add(image);
        }
        if (parts.Count == 0)
            parts.Add(Text("The result is an image; it follows in the next message."));
    }

    private static void Put(JsonArray messages, JsonArray images)
    {
        if (images.Count == 0)
            return;
        messages.Add(
            new JsonObject { ["role"] = "user", ["content"] = new JsonArray([.. images.Select(i => i!.DeepClone())]) }
        );
        images.Clear();
    }

    private static JsonObject Text(string text) => new() { ["type"] = "text", ["text"] = text };
}
