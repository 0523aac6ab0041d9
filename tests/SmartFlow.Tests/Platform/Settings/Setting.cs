using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace SmartFlow.Tests.Platform.Settings;

/// <summary>A setting as its options class has it.</summary>
/// <param name="Path">Section:Key; <c>&lt;name&gt;</c> and <c>N</c> stand for what its reader chooses.</param>
/// <param name="Type">Of the value, without Nullable.</param>
/// <param name="Default">Of a new instance; null: none.</param>
/// <param name="Range">What is taken, or null.</param>
/// <param name="Effect">The property's documentation; empty: it has none.</param>
internal sealed partial record Setting(string Path, Type Type, object? Default, RangeAttribute? Range, string Effect)
{
    private static readonly (string Word, string Unit)[] Units =
    [
        ("Milliseconds", "ms"),
        ("Seconds", "s"),
        ("Minutes", "min"),
        ("Hours", "h"),
        ("Days", "days"),
        ("Bytes", "bytes"),
        ("Micros", "micro-units"),
        ("Credits", "Credit"),
        ("Credit", "Credit"),
        ("Tokens", "tokens"),
        ("Characters", "characters"),
        ("PerMinute", "a minute"),
        ("PerDay", "a day"),
        ("ADay", "a day"),
        ("PerMonth", "a month"),
        ("PerToken", "bytes"),
    ];

    /// <summary>By the end of the name, which is where units stand; Max and Min say nothing of it.</summary>
    public string Unit
    {
        get
        {
            var name = Bound().Replace(Path.Split(':').Last(p => p is not "N"), "");
            if (Type == typeof(string) || Type == typeof(bool) || Type.IsEnum)
                return Type == typeof(string) ? "text"
                    : Type == typeof(bool) ? "true, false"
                    : string.Join(", ", Enum.GetNames(Type));
            if (name.StartsWith("Credit", StringComparison.Ordinal) && name.Contains("Per", StringComparison.Ordinal))
                return "Credit";
            if (name.StartsWith("Tokens", StringComparison.Ordinal) && name.Contains("Per", StringComparison.Ordinal))
                return "tokens";
            return Units.FirstOrDefault(u => name.EndsWith(u.Word, StringComparison.Ordinal)).Unit ?? "number";
        }
    }

    public string DefaultText =>
        Default switch
        {
            null => "none",
            string text => text.Length == 0 ? "empty" : text,
            bool yes => yes ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture) + Size(),
            _ => "none",
        };

    /// <summary>All settings of an options class, in the order in which they are written down.</summary>
    public static IEnumerable<Setting> Of(Type type, object instance, string path)
    {
        if (ElementOf(type) is { } element)
        {
            foreach (var setting in OfElement(element, path))
                yield return setting;
            yield break;
        }
        foreach (
            var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                .OrderBy(p => p.DeclaringType == type)
                .ThenBy(p => p.MetadataToken)
                .Where(p => p.GetIndexParameters().Length == 0 && IsBound(p))
        )
        {
            var (name, kind) = (
                $"{path}:{property.Name}",
                Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType
            );
            var effect = Documentation.Of(property);
            var range = property.GetCustomAttribute<RangeAttribute>();
            if (IsPlain(kind))
                yield return new Setting(name, kind, property.GetValue(instance), range, effect);
            else
                foreach (
                    var setting in ElementOf(kind) is { } inner
                        ? OfElement(inner, name, effect)
                        : Of(kind, property.GetValue(instance)!, name)
                )
                    yield return setting;
        }
    }

    /// <summary>
    /// What documents write is this setting or a group around it; a placeholder may be an own name or number.
    /// </summary>
    public bool Fits(string written)
    {
        var (mine, theirs) = (Path.Split(':'), written.Split(':'));
        return theirs.Length <= mine.Length
            && theirs.Zip(mine).All(p => p.Second is "N" or "<name>" || p.First == p.Second);
    }

    private string Size() =>
        Default is int or long
        && Path.EndsWith("Bytes", StringComparison.Ordinal) | Path.EndsWith("BytesMax", StringComparison.Ordinal)
            ? Convert.ToInt64(Default, CultureInfo.InvariantCulture) switch
            {
                >= 1 << 20 and var b when b % (1 << 20) == 0 => $" ({b >> 20} MiB)",
                >= 1 << 10 and var b when b % (1 << 10) == 0 => $" ({b >> 10} KiB)",
                _ => "",
            }
            : "";

    private static IEnumerable<Setting> OfElement((Type Of, string Place) element, string path, string effect = "")
    {
        var place = $"{path}:{element.Place}";
        return IsPlain(element.Of) ? [new Setting(place, element.Of, null, null, effect)]
            : ElementOf(element.Of) is { } inner ? OfElement(inner, place, effect)
            : Of(element.Of, Activator.CreateInstance(element.Of)!, place);
    }

    private static (Type Of, string Place)? ElementOf(Type type)
    {
        if (type.IsArray)
            return (type.GetElementType()!, "N");
        if (type == typeof(string))
            return null;
        foreach (var face in type.GetInterfaces().Append(type).Where(i => i.IsGenericType))
            if (face.GetGenericTypeDefinition() == typeof(IDictionary<,>))
                return (face.GetGenericArguments()[1], "<name>");
        foreach (var face in type.GetInterfaces().Append(type).Where(i => i.IsGenericType))
            if (face.GetGenericTypeDefinition() == typeof(ICollection<>))
                return (face.GetGenericArguments()[0], "N");
        return null;
    }

    private static bool IsPlain(Type type) =>
        type.IsPrimitive
        || type.IsEnum
        || type == typeof(string)
        || type == typeof(decimal)
        || type == typeof(TimeSpan)
        || type == typeof(Uri);

    /// <summary>
    /// The binder sets what has a setter, and fills what is kept: collections and objects, not what is computed.
    /// </summary>
    private static bool IsBound(PropertyInfo property) =>
        property.SetMethod is { IsPublic: true }
        || (
            !property.PropertyType.IsArray
            && !IsPlain(property.PropertyType)
            && property.DeclaringType!.GetField(
                $"<{property.Name}>k__BackingField",
                BindingFlags.Instance | BindingFlags.NonPublic
            )
                is not null
        );

    [GeneratedRegex("(Max|Min)$")]
    private static partial Regex Bound();
}
