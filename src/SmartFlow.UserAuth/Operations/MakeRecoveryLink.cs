using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using SmartFlow.Contracts.Notification;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.UserAuth.Recovery;

namespace SmartFlow.UserAuth.Operations;

internal sealed record RecoveryLinkRequest(string Reason);

/// <summary>The only answer that ever holds the link.</summary>
/// <param name="Path">The page of the web application that sets the password, with the token behind the #.</param>
/// <param name="ExpiresAt">Until when it works.</param>
internal sealed record RecoveryLinkAnswer(string Path, DateTimeOffset ExpiresAt)
{
    public override string ToString() => "link that sets a password";
}

/// <summary>
/// POST /admin/users/{id}/recovery-link {reason}: a link by which the user sets a new password; it works once. The
/// operator hands it over and never learns a password; the audit log has a line, and the user's confirmed address hears
/// of it. Not for operators, whose names stand in the audit log: theirs is set at the machine. Refusals:
/// invalid_argument, not_found, conflict (disabled; an operator), forbidden.
/// </summary>
internal sealed class MakeRecoveryLink(
    IWriter<UserAuthDb> writer,
    AccountLinks links,
    AccountMails mails,
    IEnumerable<IOperatorAudit> audits,
    IHostEnvironment environment
)
{
    private const int LeastReason = 3;
    private const int MostReason = 500;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapPost(
                "/api/v1/admin/users/{id:long}/recovery-link",
                (long id, RecoveryLinkRequest request, HttpContext http, MakeRecoveryLink make) =>
                    make.RunAsync(id, request, http)
            )
            .WithTags("Administration")
            .RequireAuthorization(Policies.Operator)
            .WithName("MakeRecoveryLink")
            .WithSummary("A link by which a user sets a new password");

    private async Task<Ok<RecoveryLinkAnswer>> RunAsync(long id, RecoveryLinkRequest request, HttpContext http)
    {
        new FieldErrors()
            .Text("reason", request.Reason, LeastReason, MostReason)
            .Throw("No link was made: see the fields.");
        var (user, token, end) = await writer.WriteAsync(
            async (db, stop) =>
            {
                var user = await db
                    .Users.AsNoTracking()
                    .Include(u => u.Roles)
                    .FirstOrDefaultAsync(u => u.Id == id, stop)
                    ?? throw RefusedException.NotFound("user");
                if (user.DisabledAt is not null)
                    throw Conflict("This user is disabled: let them in first.");
                if (user.Roles.Any(r => r.Role == CurrentUser.OperatorRole))
                    throw Conflict("An operator's password is set at the machine: smartflow user reset-password.");
                if (DemoUser.IsShared(environment, user.NormalisedName))
                    throw new RefusedException(ErrorCodes.Forbidden, "Everybody knows this account's password.");
                var (token, end) = await links.HandedAsync(db, id, stop);
                return (user, token, end);
            },
            http.RequestAborted
        );
        var done = new OperatorAction(
            Operator.Of(http),
            "user.recovery_link",
            $"user:{id}",
            null,
            new { ExpiresAt = end },
            request.Reason.Trim()
        );
        foreach (var audit in audits)
            await audit.RecordAsync(done);
        if (user.VerifiedEmail is not null)
            mails.TryAdd(
                new MailWork.Tell(
                    user.Email!,
                    user.Username,
                    AccountMailKinds.RecoveryLink,
                    http.Request.WantsChinese()
                )
            );
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new RecoveryLinkAnswer(AccountLinks.Path(AccountMails.RecoverPage, token), end));
    }

    private static RefusedException Conflict(string why) => new(ErrorCodes.Conflict, why);
}
