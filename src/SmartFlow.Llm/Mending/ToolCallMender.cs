using System.Buffers;
using System.Text;
using System.Text.Json;
using SmartFlow.Llm.Dialect;

namespace SmartFlow.Llm.Mending;

/// <summary>
/// Tool calls as clients can join them: each under a number and an id of its own, with a type, a name and arguments as
/// a text. <see cref="ToolCallNumbers"/> tells the calls of a stream apart; in a whole message every entry is one.
/// </summary>
internal sealed class ToolCallMender(JsonEdits edits, bool whole, Func<byte[]> newId)
{
    /// <summary>
    /// Walks the value of <c>tool_calls</c>; the reader stands on the name. The place of what was taken away.
    /// </summary>
    public Place? Mend(ref Utf8JsonReader reader, MendedChoice choice)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Null)
            return null;
        if (reader.TokenType == JsonTokenType.StartObject && choice.CallCount < ToolCallNumbers.MaxCalls)
        {
            // One call that was not put into a list.
            edits.Insert((int)reader.TokenStartIndex, "["u8);
            Entry(ref reader, choice, 0, 1);
            edits.Insert((int)reader.BytesConsumed, "]"u8);
            return null;
        }
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            var place = JsonEdits.Past(ref reader);
            edits.Replace(place, "null"u8);
            return place;
        }
        var entries = AnswerToolCalls.Entries(reader);
        for (var position = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; position++)
            Entry(ref reader, choice, position, entries);
        return null;
    }

    /// <summary>Walks the members of a function; the reader stands on its brace.</summary>
    /// <param name="reader">On the brace.</param>
    /// <param name="begins">Of a tool call, which begins with it.</param>
    public void MendFunction(ref Utf8JsonReader reader, bool begins)
    {
        var open = (int)reader.BytesConsumed;
        var (named, argued) = (false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = reader.ValueTextEquals("name"u8);
            var isArguments = reader.ValueTextEquals("arguments"u8);
            reader.Read();
            named |= isName;
            argued |= isArguments;
            if (isName)
                edits.Text(ref reader, whole ? "\"\""u8 : "null"u8);
            else if (isArguments)
                Arguments(ref reader);
            else
                reader.Skip();
        }
        if (!argued && (whole || begins))
            edits.InsertMember(open, whole ? "\"arguments\":\"{}\""u8 : "\"arguments\":\"\""u8);
        if (!named && whole)
            edits.InsertMember(open, "\"name\":\"\""u8);
    }

    private void Entry(ref Utf8JsonReader reader, MendedChoice choice, int position, int entries)
    {
        var piece = reader.TokenType == JsonTokenType.StartObject ? ToolCallPiece.Of(reader) : default;
        var number =
            reader.TokenType != JsonTokenType.StartObject ? -1
            : !whole ? choice.Calls.Of(piece, position, entries)
            : position < ToolCallNumbers.MaxCalls ? choice.CallCount
            : -1;
        if (number < 0)
        {
            edits.Remove(JsonEdits.Past(ref reader));
            return;
        }
        var begins = choice.IdOf(number) is null;
        var id = choice.IdOf(number) ?? choice.Begin(piece.Id, newId);
        Members(ref reader, piece, number, id, begins);
    }

    private void Members(ref Utf8JsonReader reader, in ToolCallPiece piece, int number, byte[] id, bool begins)
    {
        var open = (int)reader.BytesConsumed;
        var (hasIndex, hasId, hasType, hasFunction, isCustom) = (false, false, false, false, IsCustom(reader));
        Flat flat = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("index"u8))
            {
                hasIndex = true;
                reader.Read();
                var place = JsonEdits.Past(ref reader);
                if (!whole && !(piece.IndexIsPlain && piece.Index == number))
                    edits.Replace(place, JsonEdits.Digits(number));
            }
            else if (reader.ValueTextEquals("id"u8))
                Id(ref reader, piece.Id, id, begins, ref hasId);
            else if (reader.ValueTextEquals("type"u8))
                Type(ref reader, isCustom, begins, ref hasType);
            else if (reader.ValueTextEquals("function"u8))
                Function(ref reader, begins, isCustom, ref hasFunction);
            else
                flat.Take(ref reader);
        }
        if (!hasFunction && !isCustom && flat.Any)
            Lift(open, flat, begins);
        else if (!hasFunction && !isCustom && begins)
            edits.InsertMember(
                open,
                whole ? "\"function\":{\"name\":\"\",\"arguments\":\"{}\"}"u8 : "\"function\":{\"arguments\":\"\"}"u8
            );
        if (!hasType && begins)
            edits.InsertMember(open, "\"type\":\"function\""u8);
        if (!hasId && begins)
            edits.InsertMember(open, [.. "\"id\":"u8, .. Quoted(id)]);
        if (!hasIndex && !whole)
            edits.InsertMember(open, [.. "\"index\":"u8, .. JsonEdits.Digits(number)]);
    }

    /// <summary>Name and arguments that stand in the call itself belong into its function.</summary>
    private void Lift(int open, in Flat flat, bool begins)
    {
        var function = new ArrayBufferWriter<byte>(128);
        function.Write("\"function\":{"u8);
        var isNamed = whole || begins || flat.Name is not null;
        if (flat.Name is { } name)
            edits.Remove(name.Member);
        if (isNamed)
            function.Write("\"name\":"u8);
        if (isNamed)
            function.Write(flat.Name is { IsText: true } text ? edits[text.Value] : "\"\""u8);
        if (flat.Arguments is { } arguments)
        {
            edits.Remove(arguments.Member);
            function.Write(isNamed ? ",\"arguments\":"u8 : "\"arguments\":"u8);
            if (arguments.IsText)
                function.Write(edits[arguments.Value]);
            else
                JsonText.WriteString(function, Encoding.UTF8.GetString(edits[arguments.Value]));
        }
        else if (whole || begins)
            function.Write(whole ? ",\"arguments\":\"{}\""u8 : ",\"arguments\":\"\""u8);
        function.Write("}"u8);
        edits.InsertMember(open, function.WrittenSpan);
    }

    /// <summary>
    /// Where a call begins it has an id; what goes on under another one, or under none that is a text, does not say it.
    /// </summary>
    private void Id(ref Utf8JsonReader reader, ReadOnlySpan<byte> given, byte[] id, bool begins, ref bool has)
    {
        has = true;
        reader.Read();
        var isText = reader.TokenType == JsonTokenType.String;
        var isNothing = reader.TokenType == JsonTokenType.Null || (isText && given.IsEmpty);
        var place = JsonEdits.Past(ref reader);
        if ((isText && given.SequenceEqual(id)) || (isNothing && !begins))
            return;
        edits.Replace(place, Quoted(id));
    }

    private void Type(ref Utf8JsonReader reader, bool isCustom, bool begins, ref bool has)
    {
        has = true;
        reader.Read();
        var right = reader.TokenType == JsonTokenType.String && (isCustom || reader.ValueTextEquals("function"u8));
        if (right || (reader.TokenType == JsonTokenType.Null && !begins))
            return;
        edits.Replace(JsonEdits.Past(ref reader), "\"function\""u8);
    }

    private void Function(ref Utf8JsonReader reader, bool begins, bool isCustom, ref bool has)
    {
        has = true;
        reader.Read();
        if (reader.TokenType == JsonTokenType.StartObject)
            MendFunction(ref reader, begins);
        else if (reader.TokenType != JsonTokenType.Null || (begins && !isCustom))
            edits.Replace(
                JsonEdits.Past(ref reader),
                whole ? "{\"name\":\"\",\"arguments\":\"{}\"}"u8
                    : begins ? "{\"arguments\":\"\"}"u8
                    : "{}"u8
            );
    }

    /// <summary>Arguments that are no text are served as their JSON.</summary>
    private void Arguments(ref Utf8JsonReader reader)
    {
        var (isText, isNull) = (reader.TokenType == JsonTokenType.String, reader.TokenType == JsonTokenType.Null);
        var place = JsonEdits.Past(ref reader);
        if (isText || (isNull && !whole))
            return;
        var text = new ArrayBufferWriter<byte>(place.End - place.Start + 2);
        JsonText.WriteString(text, isNull ? "{}" : Encoding.UTF8.GetString(edits[place]));
        edits.Replace(place, text.WrittenSpan);
    }

    /// <summary>A tool that takes any text, which has its own member; the reader is a copy.</summary>
    private static bool IsCustom(Utf8JsonReader reader)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isCustom = reader.ValueTextEquals("custom"u8);
            reader.Read();
            if (isCustom && reader.TokenType == JsonTokenType.StartObject)
                return true;
            reader.Skip();
        }
        return false;
    }

    /// <summary>Ids are kept in their escaped form.</summary>
    private static byte[] Quoted(byte[] escaped) => [(byte)'"', .. escaped, (byte)'"'];

    /// <summary>A value, with the member that it is of.</summary>
    private readonly record struct Valued(Place Member, Place Value, bool IsText);

    /// <summary>What stands in a call itself of its function.</summary>
    private struct Flat
    {
        public Valued? Name;
        public Valued? Arguments;

        public readonly bool Any => Name is not null || Arguments is not null;

        /// <summary>Takes the member on whose name the reader stands, or passes it.</summary>
        public void Take(ref Utf8JsonReader reader)
        {
            var name = JsonEdits.NameOf(reader);
            var (isName, isArguments) = (reader.ValueTextEquals("name"u8), reader.ValueTextEquals("arguments"u8));
            reader.Read();
            var (isText, isNull) = (reader.TokenType == JsonTokenType.String, reader.TokenType == JsonTokenType.Null);
            var value = JsonEdits.Past(ref reader);
            if (isNull)
                return;
            if (isName)
                Name = new Valued(name with { End = value.End }, value, isText);
            if (isArguments)
                Arguments = new Valued(name with { End = value.End }, value, isText);
        }
    }
}
