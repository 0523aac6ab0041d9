using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Features;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;
using SmartFlow.UserAuth.Recovery;
using SmartFlow.UserAuth.Sessions;

namespace SmartFlow.UserAuth.Accounts;

internal sealed record RegisterRequest(string Username, string Password, string? Email = null);

/// <summary>
/// POST /auth/register: makes the user, opens the Credit account and signs in. The event user.registered is written
/// with the user, so that an account which could not be opened at once is opened when the ledger is back. Refusals:
/// invalid_argument, already_exists, rate_limited (from this network), unavailable.
/// </summary>
internal sealed class Register(
    IWriter<UserAuthDb> writer,
    Passwords passwords,
    EntryLimits limits,
    SessionStore sessions,
    ICreditLedger ledger,
    OutboxSignal<UserAuthDb> outbox,
    AccountMails mails,
    TimeProvider time,
    ILogger<Register> logger
)
{
    public static void Map(IEndpointRouteBuilder auth) =>
        auth.MapPost(
                "/register",
                async (RegisterRequest request, HttpContext http, Register register, SessionAnswers answers) =>
                {
                    var opened = await register.HandleAsync(request, http);
                    var answer = answers.Give(http, opened) with
                    {
                        UserId = (ulong)opened.User.Id,
                        Username = opened.User.Username,
                    };
                    return TypedResults.Created("/api/v1/auth/me", answer);
                }
            )
            .AllowAnonymous()
            .WithMetadata(new ChecksCsrfItself())
            .RequireRateLimiting(RateLimits.Anonymous)
            .RequireFeature(Feature.Registration);

    private async Task<OpenedSession> HandleAsync(RegisterRequest request, HttpContext http)
    {
        Check(request);
        var network = Network.Of(http.Connection.RemoteIpAddress);
        await limits.RegisterAsync(network);
        await limits.PasswordAsync(network);
        var opened = await RunAsync(
            request,
            http.Request.Headers.UserAgent.ToString(),
            http.RequestAborted,
            http.Connection.RemoteIpAddress
        );
        if (opened.User.Email is { } address)
            mails.TryAdd(new MailWork.Verify(opened.User.Id, address, http.Request.WantsChinese()));
        return opened;
    }

    /// <summary>Without the limits of a network, for seeds.</summary>
    public async Task<OpenedSession> RunAsync(
        RegisterRequest request,
        string client,
        CancellationToken cancellationToken,
        IPAddress? address = null
    )
    {
        var from = WelcomeNetwork(address, time.GetUtcNow());
        Check(request);
        var hash = await passwords.HashAsync(request.Password, cancellationToken);
        var opened = await InsertAsync(request, hash, client, from, cancellationToken);
        outbox.Notify();
        await OpenAccountAsync(opened.User, from);
        return opened;
    }

    private static void Check(RegisterRequest request)
    {
        var errors = new Dictionary<string, string[]>();
        if (Usernames.Problem(request.Username) is { } name)
            errors["username"] = [name];
        if (Passwords.Problem(request.Password) is { } password)
            errors["password"] = [password];
        if (!string.IsNullOrEmpty(request.Email) && Emails.Problem(request.Email) is { } email)
            errors["email"] = [email];
        if (errors.Count > 0)
            throw new RefusedException(
                ErrorCodes.InvalidArgument,
                string.Join("; ", errors.Select(e => $"{e.Key}: {e.Value[0]}")),
                errors
            );
    }

    private async Task<OpenedSession> InsertAsync(
        RegisterRequest request,
        string hash,
        string client,
        string from,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await writer.WriteAsync(
                async (db, token) =>
                {
                    var now = time.GetUtcNow();
                    var user = NewUser(request, hash, now);
                    if (await db.Users.AnyAsync(u => u.NormalisedName == user.NormalisedName, token))
                        throw NameTaken();
                    db.Users.Add(user);
                    await db.SaveChangesAsync(token);
                    var registered = new UserRegistered
                    {
                        UserId = (ulong)user.Id,
                        WelcomeSubject = WelcomeSubject(user),
                        WelcomeNetwork = from,
                    };
                    db.Publish(
                        $"user.registered:{user.Id}",
                        EventNames.UserRegistered,
                        registered.UserId,
                        registered,
                        now
                    );
                    var opened = await sessions.OpenAsync(db, user, client, token);
                    await db.SaveChangesAsync(token);
                    return opened;
                },
                cancellationToken
            );
        }
        catch (Exception e) when (UniqueViolation.Is(e))
        {
            throw NameTaken();
        }
    }

    private static User NewUser(RegisterRequest request, string hash, DateTimeOffset now) =>
        new()
        {
            Username = request.Username,
            NormalisedName = Usernames.Normalise(request.Username),
            Email = string.IsNullOrEmpty(request.Email) ? null : request.Email,
            PasswordHash = hash,
            CreatedAt = now,
        };

    /// <summary>The user exists by now, whether the ledger answers or not.</summary>
    private async Task OpenAccountAsync(User user, string from)
    {
        var request = new OpenAccountRequest
        {
            UserId = (ulong)user.Id,
            WelcomeSubject = WelcomeSubject(user),
            WelcomeNetwork = from,
        };
        try
        {
            await ledger.OpenAccountAsync(request, CancellationToken.None);
        }
        catch (Exception e)
        {
            logger.AccountNotOpened(e, user.Id);
        }
    }

    /// <summary>
    /// One word for the network and the day, which tells neither: what the ledger counts welcome grants by. Empty for
    /// this machine itself, from which everybody seems to come behind a proxy that is not trusted.
    /// </summary>
    private static string WelcomeNetwork(IPAddress? address, DateTimeOffset now) =>
        Network.IsThisMachine(address)
            ? ""
            : Convert.ToHexStringLower(
                SHA256.HashData(Encoding.ASCII.GetBytes($"{now:yyyy-MM-dd} {Network.Of(address).Value:x32}"))[..16]
            );

    private static string WelcomeSubject(User user) =>
        user.Email is { } email ? $"{user.NormalisedName} {Emails.Normalise(email)}" : user.NormalisedName;

    private static RefusedException NameTaken() =>
        new(
            ErrorCodes.AlreadyExists,
            "username: this name is taken",
            new Dictionary<string, string[]> { ["username"] = ["is taken"] }
        );
}

internal static partial class RegisterLog
{
    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The account of user {UserId} could not be opened yet; its event will"
    )]
    public static partial void AccountNotOpened(this ILogger logger, Exception exception, long userId);
}
