using System.Globalization;
using System.Text.Json;
using NodaTime;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Events;
using SmartFlow.Notification.Preferences;

namespace SmartFlow.Notification.Telling;

/// <summary>What a notice says outside of the centre.</summary>
/// <param name="Title">One line.</param>
/// <param name="Text">Plain, of one or more lines.</param>
/// <param name="Path">Where it leads in the web application.</param>
internal sealed record Words(string Title, string Text, string Path);

/// <summary>Notices as sentences in the user's language and time zone; pure.</summary>
internal static class Wording
{
    public static Words Of(string kind, JsonElement data, bool zh, DateTimeZone zone) =>
        kind switch
        {
            Kinds.TaskDeadline => new(
                Say(zh, $"快到期：{Text(data, "title")}", $"Due soon: {Text(data, "title")}"),
                Say(zh, $"截止时间 {At(data, zh, zone)}", $"Due {At(data, zh, zone)}"),
                "/today"
            ),
            Kinds.BlockStart => new(
                Say(zh, $"即将开始：{Text(data, "title")}", $"Starts soon: {Text(data, "title")}"),
                From(data, zh, zone),
                "/week"
            ),
            Kinds.CourseStart => new(
                Say(zh, $"即将上课：{Text(data, "title")}", $"Class soon: {Text(data, "title")}"),
                From(data, zh, zone)
                    + (Text(data, "place") is { Length: > 0 } place ? Say(zh, $"，{place}", $", {place}") : ""),
                "/week"
            ),
            Kinds.Outlook => Outlook(data, zh, zone),
            EventNames.CreditBalanceLow => new(
                Say(zh, "余额偏低", "Low balance"),
                Say(
                    zh,
                    $"还有 {CreditText.Have(Micros(data, "balance_micros"))} Credit，低于提醒值 {CreditText.Exact(Micros(data, "threshold_micros"))}。",
                    $"{CreditText.Have(Micros(data, "balance_micros"))} Credit left, below the {CreditText.Exact(Micros(data, "threshold_micros"))} you set."
                ),
                "/store"
            ),
            EventNames.CreditSpendReached => new(
                Say(zh, "今日消费提醒", "Spending of the day"),
                Say(
                    zh,
                    $"{Text(data, "day")}（UTC）已消费 {CreditText.Cost(Micros(data, "spent_micros"))} Credit。",
                    $"{CreditText.Cost(Micros(data, "spent_micros"))} Credit spent on {Text(data, "day")} (UTC)."
                ),
                "/store"
            ),
            EventNames.ForumPostLiked => new(Say(zh, "有人赞了你的计划", "Someone liked your plan"), "", Post(data)),
            EventNames.ForumPostImported => new(
                Say(zh, "有人导入了你的计划", "Someone imported your plan"),
                "",
                Post(data)
            ),
            Kinds.PostCommented => new(
                Say(zh, "计划广场有新评论", "A new comment on the plaza"),
                Text(data, "excerpt"),
                Post(data)
            ),
            Kinds.Suggested => new(Suggestion(Text(data, "kind"), zh), Text(data, "title"), "/today"),
            Kinds.ChangeProposed => new(
                Say(
                    zh,
                    $"“{Text(data, "assistant")}”提出修改：{Text(data, "title")}",
                    $"“{Text(data, "assistant")}” proposes: {Text(data, "title")}"
                ),
                Text(data, "summary"),
                "/assistant/proposals"
            ),
            Kinds.Requested => new(Text(data, "title"), Text(data, "text"), Text(data, "path")),
            _ => new(
                Say(zh, "测试通知", "Test notification"),
                Say(zh, "收到这条消息，说明这个通知渠道可用。", "This channel works: you are reading it."),
                "/notifications"
            ),
        };

    private static Words Outlook(JsonElement data, bool zh, DateTimeZone zone)
    {
        var lines = data.GetProperty("items")
            .EnumerateArray()
            .Select(i =>
                $"{Clock(i.GetProperty("at").GetDateTimeOffset(), zone)} {Text(i, "title")}"
                + (Text(i, "what") == "deadline" ? Say(zh, "（截止）", " (due)") : "")
            )
            .ToList();
        var more = data.TryGetProperty("more", out var m) ? m.GetInt32() : 0;
        if (more > 0)
            lines.Add(Say(zh, $"还有 {more} 项", $"and {more} more"));
        return new Words(
            Say(zh, $"明天的安排（{Text(data, "day")}）", $"Tomorrow, {Text(data, "day")}"),
            string.Join('\n', lines),
            "/week"
        );
    }

    private static string Suggestion(string kind, bool zh) =>
        kind switch
        {
            "urgent" => Say(zh, "重要且紧急的事还没有时间", "Important and urgent, and no time for it yet"),
            "deadline" => Say(zh, "按现在的安排赶不上截止时间", "A deadline no longer fits"),
            "missed" => Say(zh, "没完成的可以这样补", "A way to make up for what was not done"),
            "remind" => Say(zh, "你让我提醒的事", "You wanted to be reminded"),
            _ => Say(zh, "课程有变，建议调整安排", "Courses changed: a suggestion for your week"),
        };

    private static string Say(bool zh, string chinese, string english) => zh ? chinese : english;

    private static string Text(JsonElement data, string name) =>
        data.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static string Post(JsonElement data) =>
        data.TryGetProperty("post_id", out var id)
            ? string.Create(CultureInfo.InvariantCulture, $"/plaza/{id.GetInt64()}")
            : "/plaza";

    private static long Micros(JsonElement data, string name) =>
        data.TryGetProperty(name, out var micros) ? micros.GetInt64() : 0;

    private static string At(JsonElement data, bool zh, DateTimeZone zone) =>
        data.TryGetProperty("at", out var at)
            ? QuietHours
                .LocalOf(at.GetDateTimeOffset(), zone)
                .ToString(zh ? "M'月'd'日' HH:mm" : "d MMM HH:mm", CultureInfo.InvariantCulture)
            : "";

    private static string From(JsonElement data, bool zh, DateTimeZone zone) =>
        At(data, zh, zone)
        + (
            data.TryGetProperty("ends_at", out var end) && end.ValueKind == JsonValueKind.String
                ? "–" + Clock(end.GetDateTimeOffset(), zone)
                : ""
        );

    private static string Clock(DateTimeOffset at, DateTimeZone zone) =>
        QuietHours.LocalOf(at, zone).ToString("HH:mm", CultureInfo.InvariantCulture);
}
