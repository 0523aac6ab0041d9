using System.Security.Claims;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.UserData;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Accounts;

/// <summary>
/// GET /account/export: everything that is kept of the user as one JSON file, streamed piece by piece. Every module is
/// asked for its first piece before the file begins, so that one that is away refuses it; one that breaks off later
/// breaks the file off, which then lacks its last member, <c>complete</c>. Refusals: unauthenticated, rate_limited (one
/// at a time, and UserAuth:ExportsPerHour), unavailable.
/// </summary>
internal sealed partial class ExportAccount(
    ExportParts parts,
    IOptions<UserAuthOptions> options,
    ISharedCounts shared,
    TimeProvider time,
    ILogger<ExportAccount> logger
) : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly Pace pace = new("exports", shared, options.Value.ExportsPerHour, TimeSpan.FromHours(1));
    private readonly Places<ulong> running = new(1);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/account/export", (ClaimsPrincipal user, HttpContext http, ExportAccount export) =>
                export.RunAsync(user.UserId(), http)
            )
            .WithMetadata(new LooksAtSession())
            .WithTags("Account")
            .WithName("ExportAccount")
            .WithSummary("Everything that is kept of one, as one file")
            .Produces(StatusCodes.Status200OK, contentType: "application/json");

    public void Dispose() => pace.Dispose();

    private async Task RunAsync(ulong user, HttpContext http)
    {
        if (!running.TryEnter(user))
            throw new RefusedException(
                ErrorCodes.RateLimited,
                "Your data is being exported already; wait until that is done.",
                retryAfter: Soon
            );
        try
        {
            if (
                await pace.TakeAsync(user, "Your data was exported often within the hour; try again later.") is
                { } refused
            )
                throw refused;
            await AnswerAsync(user, http);
        }
        finally
        {
            running.Leave(user);
        }
    }

    private async Task AnswerAsync(ulong user, HttpContext http)
    {
        // :: Step 1: every module's first piece is here, or nothing begins.
        await using var opened = await parts.OpenAsync(new ExportRequest { UserId = user }, http.RequestAborted);

        // :: Step 2: the file, in the modules' order.
        var (response, now) = (http.Response, time.GetUtcNow());
        response.ContentType = "application/json; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"smartflow-export-{now:yyyy-MM-dd}.json\"";
        response.Headers.CacheControl = "no-store";
        try
        {
            await WriteAsync(response, opened, user, now, http.RequestAborted);
        }
        catch (RefusedException e)
        {
            Log.BrokenOff(logger, e, user);
            BrokenAnswers.BreakOff(http);
        }
    }

    private static async Task WriteAsync(
        HttpResponse response,
        OpenExport opened,
        ulong user,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var writer = response.BodyWriter;
        void Put(string text) => Encoding.UTF8.GetBytes(text, writer);
        Put(
            $$"""{"format":"smartflow-account","version":1,"exported_at":"{{now.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}}","user_id":{{user}}"""
        );
        // Not a part of this installation, as operators have set it up: there is nothing of the user there.
        Put($$""","not_installed":[{{string.Join(',', opened.Absent.Select(a => $"\"{a}\""))}}],"modules":{""");
        foreach (var (name, pieces) in opened.Parts)
        {
            Put($"{(name == opened.Parts[0].Name ? "" : ",")}\"{name}\":{{");
            var section = "";
            var empty = true;
            do
            {
                var piece = pieces.Current;
                if (piece.Section != section)
                {
                    Put($"{(section.Length > 0 ? "]," : "")}\"{piece.Section}\":[");
                    (section, empty) = (piece.Section, true);
                }
                foreach (var item in piece.Items)
                {
                    if (!empty)
                        Put(",");
                    Put(item);
                    empty = false;
                }
                await writer.FlushAsync(cancellationToken);
            } while (await pieces.MoveNextAsync());
            Put("]}");
        }
        Put("},\"complete\":true}");
        await writer.FlushAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The export of user {UserId} broke off")]
        public static partial void BrokenOff(ILogger logger, Exception e, ulong userId);
    }
}
