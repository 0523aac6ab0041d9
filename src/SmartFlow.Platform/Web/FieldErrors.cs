using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web;

/// <summary>Collects what is wrong with a request, so that one answer names every field.</summary>
public sealed class FieldErrors
{
    private const decimal MaxCredit = 1_000_000_000;
    private readonly Dictionary<string, string[]> errors = new(StringComparer.Ordinal);

    public FieldErrors Require(bool holds, string field, string otherwise)
    {
        if (!holds)
            errors.TryAdd(field, [otherwise]);
        return this;
    }

    public FieldErrors Range(string field, long value, long least, long most) =>
        Require(value >= least && value <= most, field, $"must be between {least} and {most}");

    /// <summary>
    /// Counts characters without the blanks around them; control characters other than line breaks are refused.
    /// </summary>
    public FieldErrors Text(string field, string text, int least, int most)
    {
        ArgumentNullException.ThrowIfNull(text);
        var length = text.Trim().Length;
        return Require(length >= least, field, $"must have at least {least} characters")
            .Require(text.Length <= most, field, $"must have at most {most} characters")
            .Require(!text.Any(c => char.IsControl(c) && c != '\n'), field, "must not contain control characters");
    }

    /// <summary>
    /// An amount of Credit that a person sets: whole micro-credits, at most a thousand million Credit; absent is right.
    /// </summary>
    public FieldErrors Credit(string field, decimal? credit) =>
        credit is not { } amount
            ? this
            : Require(amount is >= 0 and <= MaxCredit, field, $"must be between 0 and {MaxCredit}")
                .Require(decimal.Round(amount, 6) == amount, field, "must have at most six decimals");

    public FieldErrors OneOf(string field, string value, params string[] words) =>
        Require(words.Contains(value, StringComparer.Ordinal), field, "must be one of " + string.Join(", ", words));

    /// <exception cref="RefusedException">invalid_argument naming every field that was found wrong.</exception>
    public void Throw(string detail)
    {
        if (errors.Count > 0)
            throw new RefusedException(ErrorCodes.InvalidArgument, detail, errors);
    }
}
