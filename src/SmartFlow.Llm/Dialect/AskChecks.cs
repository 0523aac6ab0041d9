using System.Text.Json;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Dialect;

/// <summary>Looks at a member's value before it is passed on or dropped.</summary>
/// <param name="name">For the refusal.</param>
/// <param name="value">Standing on the value; a copy.</param>
/// <exception cref="RefusedException">invalid_argument naming the field.</exception>
internal delegate void AskCheck(string name, ref Utf8JsonReader value);

/// <summary>The checks of <see cref="AskList"/>. Null always stands for "not asked".</summary>
internal static class AskChecks
{
    private static readonly KnownNames StreamOptionNames = new("include_usage");

    /// <summary>Members of a tool that change nothing outside of it.</summary>
    private static readonly string[] ToolMembers =
    [
        "type",
        "function",
        "custom",
        "cache_control",
        "strict",
        "name",
        "description",
        "defer_loading",
        "allowed_callers",
        "input_examples",
        "eager_input_streaming",
    ];

    /// <summary>It may not be asked for at all.</summary>
    public static AskCheck Never(string why) =>
        (string name, ref Utf8JsonReader value) =>
        {
            if (value.TokenType != JsonTokenType.Null)
                throw RefusedException.Field(name, why);
        };

    /// <summary>Only what holds anyhow may be said: false.</summary>
    public static AskCheck Off(string why) =>
        (string name, ref Utf8JsonReader value) =>
        {
            if (value.TokenType is not (JsonTokenType.Null or JsonTokenType.False))
                throw RefusedException.Field(name, why);
        };

    /// <summary>Only these words.</summary>
    public static AskCheck Words(string why, params string[] words) =>
        (string name, ref Utf8JsonReader value) =>
        {
            if (value.TokenType == JsonTokenType.Null)
                return;
            if (value.TokenType != JsonTokenType.String || !words.Contains(value.GetString(), StringComparer.Ordinal))
                throw RefusedException.Field(name, $"must be {string.Join(" or ", words)}: {why}");
        };

    /// <summary>Only 1, which is what holds anyhow.</summary>
    public static void One(string name, ref Utf8JsonReader value)
    {
        if (
            value.TokenType == JsonTokenType.Null
            || (value.TokenType == JsonTokenType.Number && value.TryGetInt32(out var count) && count == 1)
        )
            return;
        throw RefusedException.Field(name, "must be 1: the provider bills each answer; ask for several with n");
    }

    /// <summary>Of an object only these members, each with its own check where it has one.</summary>
    public static AskCheck Members(string why, params (string Name, AskCheck? Check)[] members) =>
        (string name, ref Utf8JsonReader value) =>
        {
            if (value.TokenType != JsonTokenType.StartObject)
            {
                if (value.TokenType is JsonTokenType.StartArray)
                    throw RefusedException.Field(name, "must be an object");
                return;
            }
            while (value.Read() && value.TokenType == JsonTokenType.PropertyName)
            {
                var given = value.GetString()!;
                var at = Array.FindIndex(members, m => m.Name == given);
                if (at < 0)
                    throw RefusedException.Field($"{name}.{given}", why);
                value.Read();
                var inner = value;
                members[at].Check?.Invoke($"{name}.{given}", ref inner);
                value.Skip();
            }
        };

    public static void Modalities(string name, ref Utf8JsonReader value)
    {
        if (value.TokenType == JsonTokenType.Null)
            return;
        if (value.TokenType != JsonTokenType.StartArray)
            throw RefusedException.Field(name, "must be an array");
        while (value.Read() && value.TokenType != JsonTokenType.EndArray)
            if (value.TokenType != JsonTokenType.String || !value.ValueTextEquals("text"u8))
                throw RefusedException.Field(name, "only text is supported");
    }

    /// <summary>Whether usage is told is ours to say.</summary>
    public static void StreamOptions(string name, ref Utf8JsonReader value)
    {
        if (value.TokenType != JsonTokenType.StartObject)
            return;
        while (value.Read() && value.TokenType == JsonTokenType.PropertyName)
        {
            if (StreamOptionNames.OtherNotation(ref value) is { } known)
                throw RefusedException.Field($"{name}.{value.GetString()}", $"must be written {known}");
            value.Read();
            value.Skip();
        }
    }

    /// <summary>Functions of the caller's own. Whatever runs at the provider costs what no price rule knows.</summary>
    public static void Tools(string name, ref Utf8JsonReader value)
    {
        if (value.TokenType == JsonTokenType.Null)
            return;
        if (value.TokenType != JsonTokenType.StartArray)
            throw RefusedException.Field(name, "must be an array");
        for (var i = 0; value.Read() && value.TokenType != JsonTokenType.EndArray; i++)
        {
            if (value.TokenType != JsonTokenType.StartObject)
                throw RefusedException.Field($"{name}[{i}]", "must be an object");
            Tool($"{name}[{i}]", ref value);
        }
    }

    private static void Tool(string name, ref Utf8JsonReader value)
    {
        var ours = false;
        while (value.Read() && value.TokenType == JsonTokenType.PropertyName)
        {
            var member = value.GetString()!;
            if (!ToolMembers.Contains(member, StringComparer.Ordinal))
                throw RefusedException.Field($"{name}.{member}", "is not a member of a tool of your own");
            value.Read();
            if (member == "type")
            {
                if (
                    value.TokenType != JsonTokenType.String
                    || !(value.ValueTextEquals("function"u8) || value.ValueTextEquals("custom"u8))
                )
                    throw RefusedException.Field(
                        $"{name}.type",
                        "must be function or custom: tools that run at the provider are not offered"
                    );
                ours = true;
            }
            ours |= member is "function" or "custom";
            value.Skip();
        }
        if (!ours)
            throw RefusedException.Field($"{name}.type", "is required");
    }
}
