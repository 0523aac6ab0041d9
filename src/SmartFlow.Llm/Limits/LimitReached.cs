using System.Globalization;
using SmartFlow.Contracts.Billing;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Limits;

/// <summary>A limit that a call does not fit into.</summary>
/// <param name="Window">Where.</param>
/// <param name="Unit">requests, tokens or credit.</param>
/// <param name="Size">What it admits; Credit in micro-credits.</param>
/// <param name="Used">What is used, with what running calls may still need.</param>
/// <param name="Needed">What this call may need.</param>
internal sealed record LimitReached(LimitWindow Window, string Unit, long Size, long Used, long Needed)
{
    private const string Requests = "requests";
    private const string Tokens = "tokens";
    private const string Credit = "credit";

    public DateTimeOffset ResetsAt => Window.EndsAt ?? DateTimeOffset.MinValue;

    public static LimitReached? Of(LimitWindow window, CallUse used, CallUse needed) =>
        Of(window, Requests, window.Size.Requests, used.Requests, needed.Requests)
        ?? Of(window, Tokens, window.Size.Tokens, used.Tokens, needed.Tokens)
        ?? Of(window, Credit, window.Size.CreditMicros, used.CreditMicros, needed.CreditMicros);

    public RefusedException Refusal(DateTimeOffset now) =>
        new(
            ErrorCodes.LimitReached,
            Detail(),
            extensions: Members(),
            retryAfter: Window.EndsAt is { } end ? end - now : TimeSpan.FromSeconds(1)
        );

    /// <summary>A call that needs nothing of a unit is not stopped by it.</summary>
    private static LimitReached? Of(LimitWindow window, string unit, long? size, long used, long needed) =>
        size is { } most && needed > 0 && needed > most - used ? new(window, unit, most, used, needed) : null;

    private string Detail()
    {
        var period = Window.Period switch
        {
            LimitPeriod.Running => "at once",
            LimitPeriod.Minute => "a minute",
            LimitPeriod.Day => "a day",
            _ => "a month",
        };
        var unit = Unit == Credit ? "Credit" : Unit;
        var whose = Subject switch
        {
            "scene" => $"of the scene {Scene}",
            "api_key" => "of this API key",
            _ => "of your account",
        };
        return $"The limit {whose} is reached: {Amount(Size)} {unit} {period}. {Amount(Used)} are used or kept for running calls, "
            + $"this call may need {Amount(Needed)}. "
            + When();
    }

    private string When() =>
        Window.EndsAt is not { } end ? "Wait for a call to end."
        : Needed > Size ? "It never fits: ask for a shorter answer."
        : string.Create(CultureInfo.InvariantCulture, $"It starts again at {end.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}.");

    private Dictionary<string, object?> Members() =>
        new()
        {
            ["limit_subject"] = Subject,
            ["limit_scene"] = Scene,
            ["limit_unit"] = Unit == Credit ? "credit_micros" : Unit,
            ["limit_period"] = Window.Period switch
            {
                LimitPeriod.Running => "running",
                LimitPeriod.Minute => "minute",
                LimitPeriod.Day => "day",
                _ => "month",
            },
            ["limit_size"] = Size,
            ["limit_used"] = Used,
            ["limit_needed"] = Needed,
            ["resets_at"] = Window.EndsAt,
        };

    private string Subject =>
        Window.Subject.StartsWith(LimitWindow.KeyPrefix, StringComparison.Ordinal) ? "api_key"
        : Scene is not null ? "scene"
        : "user";

    private string? Scene =>
        Window.Subject.StartsWith(LimitWindow.ScenePrefix, StringComparison.Ordinal)
            ? Window.Subject[LimitWindow.ScenePrefix.Length..]
            : null;

    private string Amount(long amount) =>
        Unit == Credit ? CreditText.Exact(amount) : amount.ToString(CultureInfo.InvariantCulture);
}
