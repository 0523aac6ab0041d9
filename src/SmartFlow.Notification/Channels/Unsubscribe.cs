using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Notification.Channels;

/// <summary>
/// POST /notifications/unsubscribe?token=…: switches a mail channel off in one click (RFC 8058), without signing in, as
/// often as it comes. GET shows a page with a button: programs that look at links change nothing.
/// </summary>
internal static class Unsubscribe
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var open = routes
            .MapGroup("/api/v1/notifications/unsubscribe")
            .WithTags("Notifications")
            .AllowAnonymous()
            .RequireRateLimiting(RateLimits.Anonymous)
            .WithMetadata(new ChecksCsrfItself());
        open.MapGet("", (string? token) => Page(token ?? ""))
            .WithName("AskUnsubscribe")
            .WithSummary("The page that ends mails");
        open.MapPost("", EndAsync).WithName("Unsubscribe").WithSummary("End mails in one click");
    }

    private static async Task<IResult> EndAsync(
        string? token,
        Vault vault,
        IWriter<NotificationDb> writer,
        CancellationToken cancellationToken
    )
    {
        if (vault.ReadUnsubscribeToken(token ?? "") is { } id)
            await writer.WriteAsync(
                (db, stop) =>
                    db
                        .Channels.Where(c => c.Id == id)
                        .ExecuteUpdateAsync(
                            s => s.SetProperty(c => c.Enabled, false).SetProperty(c => c.OffReason, "unsubscribed"),
                            stop
                        ),
                cancellationToken
            );
        return Answer("不会再收到这些邮件了。You will get no more of these mails.");
    }

    private static IResult Page(string token) =>
        Answer(
            $"""
            <form method="post" action="?token={System.Net.WebUtility.HtmlEncode(Uri.EscapeDataString(token))}">
            <p>不再接收 SmartFlow 的通知邮件？ Stop notification mails of SmartFlow?</p><button>确认 / Confirm</button></form>
            """
        );

    private static IResult Answer(string body) =>
        Results.Content(
            $"<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>SmartFlow</title><body>{body}</body></html>",
            "text/html; charset=utf-8"
        );
}
