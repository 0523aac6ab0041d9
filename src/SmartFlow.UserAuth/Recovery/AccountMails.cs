using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Notification;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.UserAuth.Accounts;

namespace SmartFlow.UserAuth.Recovery;

/// <summary>What is to be done about a mail, behind the request that asked for it.</summary>
internal abstract record MailWork(bool Chinese)
{
    /// <summary>
    /// A name or an address that somebody typed: whether there is such an account is found out behind the answer.
    /// </summary>
    internal sealed record Recover(string Account, bool Chinese) : MailWork(Chinese);

    /// <summary>The address that was given with the registration.</summary>
    internal sealed record Verify(long UserId, string Address, bool Chinese) : MailWork(Chinese);

    /// <summary>The owner hears of something.</summary>
    internal sealed record Tell(string Address, string Username, string Kind, bool Chinese) : MailWork(Chinese);
}

/// <summary>
/// Mail of accounts. Whoever asks has the answer before anything is looked up, so that neither its words nor its time
/// tell whether an account is there. What waits is bounded and goes with the process: whoever waits for a mail asks
/// again, and no token rests anywhere but as a hash.
/// </summary>
internal sealed partial class AccountMails(
    IDbContextFactory<UserAuthDb> databases,
    IWriter<UserAuthDb> writer,
    AccountLinks links,
    IAccountMail mail,
    IOptions<UserAuthOptions> options,
    TimeProvider time,
    ILogger<AccountMails> logger
) : BackgroundService
{
    /// <summary>The page that sets a new password.</summary>
    public const string RecoverPage = "/recover";

    /// <summary>The page that confirms an address.</summary>
    public const string ConfirmPage = "/confirm-email";

    private const int Parallel = 4;
    private const int AccountsOfAddress = 3;
    private const int Tries = 3;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);

    private readonly Channel<MailWork> waiting = Channel.CreateBounded<MailWork>(
        new BoundedChannelOptions(options.Value.MailsWaiting) { FullMode = BoundedChannelFullMode.Wait }
    );

    private Known? known;

    /// <summary>False: too much waits already.</summary>
    public bool TryAdd(MailWork work) => waiting.Writer.TryWrite(work);

    /// <summary>Whether mail goes out from here; false where nobody can be asked.</summary>
    public async Task<bool> IsOnAsync(CancellationToken cancellationToken)
    {
        if (known is { } last && time.GetElapsedTime(last.At) < Remembered)
            return last.IsOn;
        bool on;
        try
        {
            on = (await mail.DescribeMailAsync(new DescribeMailRequest(), cancellationToken)).Configured;
        }
        catch (RefusedException)
        {
            on = false;
        }
        known = new Known(on, time.GetTimestamp());
        return on;
    }

    /// <exception cref="RefusedException">mail_off.</exception>
    public async Task RequireAsync(CancellationToken cancellationToken)
    {
        if (!await IsOnAsync(cancellationToken))
            throw new RefusedException(
                ErrorCodes.MailOff,
                "This installation sends no mail. An operator can make a link that sets a new password."
            );
    }

    /// <summary>One try, for somebody who waits for it.</summary>
    /// <exception cref="RefusedException">unavailable: the mail server did not take it.</exception>
    public async Task SendNowAsync(
        string address,
        string username,
        string kind,
        bool chinese,
        string path,
        CancellationToken cancellationToken
    )
    {
        var sent = await mail.SendAccountMailAsync(Request(address, username, kind, chinese, path), cancellationToken);
        if (sent.Reason.Length > 0)
            throw new RefusedException(
                ErrorCodes.Unavailable,
                $"The mail could not be sent ({sent.Reason}). Look at the address, or try again later."
            );
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, Parallel).Select(_ => WorkAsync(stoppingToken)));

    private async Task WorkAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var work in waiting.Reader.ReadAllAsync(stoppingToken))
            {
                try
                {
                    await DoAsync(work, stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    Log.Failed(logger, e, work.GetType().Name);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private Task DoAsync(MailWork work, CancellationToken cancellationToken) =>
        work switch
        {
            MailWork.Recover recover => RecoverAsync(recover, cancellationToken),
            MailWork.Verify verify => VerifyAsync(verify, cancellationToken),
            MailWork.Tell tell => TriedAsync(
                Request(tell.Address, tell.Username, tell.Kind, tell.Chinese, ""),
                cancellationToken
            ),
            _ => throw new InvalidOperationException($"{work.GetType()} is no work."),
        };

    private async Task RecoverAsync(MailWork.Recover recover, CancellationToken cancellationToken)
    {
        foreach (var user in await FindAsync(recover.Account.Trim(), cancellationToken))
        {
            var address = user.Email!;
            var token = await writer.WriteAsync(
                (db, stop) => links.MailedAsync(db, user.Id, LinkPurpose.Recovery, address, stop),
                cancellationToken
            );
            if (token is null)
                Log.Enough(logger, user.Id);
            else
                await TriedAsync(
                    Request(
                        address,
                        user.Username,
                        AccountMailKinds.Recovery,
                        recover.Chinese,
                        AccountLinks.Path(RecoverPage, token)
                    ),
                    cancellationToken
                );
        }
    }

    /// <summary>
    /// Only addresses that were shown to be their owner's: a slip of the pen at the registration must not give an
    /// account away.
    /// </summary>
    private async Task<List<User>> FindAsync(string account, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var users = db.Users.AsNoTracking().Where(u => u.VerifiedEmail != null && u.DisabledAt == null);
        if (account.Contains('@', StringComparison.Ordinal))
        {
            var address = Emails.Normalise(account);
            users = users.Where(u => u.VerifiedEmail == address).OrderByDescending(u => u.Id).Take(AccountsOfAddress);
        }
        else
        {
            var name = Usernames.Normalise(account);
            users = users.Where(u => u.NormalisedName == name);
        }
        return await users.ToListAsync(cancellationToken);
    }

    private async Task VerifyAsync(MailWork.Verify verify, CancellationToken cancellationToken)
    {
        if (!await IsOnAsync(cancellationToken))
            return;
        var token = await writer.WriteAsync(
            (db, stop) => links.MailedAsync(db, verify.UserId, LinkPurpose.Email, verify.Address, stop),
            cancellationToken
        );
        if (token is null)
            return;
        await TriedAsync(
            Request(
                verify.Address,
                "",
                AccountMailKinds.VerifyEmail,
                verify.Chinese,
                AccountLinks.Path(ConfirmPage, token)
            ),
            cancellationToken
        );
    }

    /// <summary>A few tries; the mail's id is the same in each.</summary>
    private async Task TriedAsync(SendAccountMailRequest request, CancellationToken cancellationToken)
    {
        for (var i = 1; ; i++)
        {
            var (reason, final) = await TryAsync(request, cancellationToken);
            if (reason.Length == 0)
                return;
            if (final || i == Tries)
            {
                Log.NotSent(logger, request.Kind, reason);
                return;
            }
            await Task.Delay(Pause * i, cancellationToken);
        }
    }

    private async Task<(string Reason, bool Final)> TryAsync(
        SendAccountMailRequest request,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var sent = await mail.SendAccountMailAsync(request, cancellationToken);
            return (sent.Reason, sent.Final);
        }
        catch (RefusedException e)
        {
            return (e.Code.Code, e.Code == ErrorCodes.InvalidArgument);
        }
    }

    private SendAccountMailRequest Request(string address, string username, string kind, bool chinese, string path) =>
        new()
        {
            MailId = $"account_{Guid.CreateVersion7(time.GetUtcNow()):n}",
            Address = address,
            Username = username,
            Kind = kind,
            Chinese = chinese,
            Path = path,
        };

    /// <summary>One reference, so that it changes as a whole.</summary>
    private sealed record Known(bool IsOn, long At);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "A mail of an account ({Work}) failed for a reason of ours")]
        public static partial void Failed(ILogger logger, Exception e, string work);

        [LoggerMessage(2, LogLevel.Warning, "A mail of the kind {Kind} could not be sent: {Reason}")]
        public static partial void NotSent(ILogger logger, string kind, string reason);

        [LoggerMessage(
            3,
            LogLevel.Information,
            "User {UserId} or their address had enough links within a day: no further one is sent"
        )]
        public static partial void Enough(ILogger logger, long userId);
    }
}
