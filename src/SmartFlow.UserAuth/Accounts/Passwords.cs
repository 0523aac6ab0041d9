using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;

namespace SmartFlow.UserAuth.Accounts;

/// <summary>
/// Hashes and checks passwords with ASP.NET Core Identity's hasher (PBKDF2, HMAC-SHA512, salted). On half the cores at
/// most, on threads of their own that stand back behind all others, and with a bounded queue, so that whoever guesses
/// takes neither the machine nor the pool that answers everybody else. New passwords, which anybody may bring, have one
/// turn of their own: they take only what the machine has to spare, for a few seconds at most, and hold up nobody who
/// signs in.
/// </summary>
internal sealed class Passwords : IDisposable
{
    public const int MinLength = 10;
    public const int MaxLength = 128;
    private const int NobodysLength = 32;
    private readonly PasswordHasher<User> hasher;
    private readonly ConcurrencyLimiter checks;
    private readonly ConcurrencyLimiter news;
    private readonly Lazy<string> nobodysHash;

    public Passwords(IOptions<UserAuthOptions> options)
    {
        var settings = options.Value;
        hasher = new PasswordHasher<User>(
            Options.Create(new PasswordHasherOptions { IterationCount = settings.PasswordRounds })
        );
        checks = Turns(Math.Max(1, Environment.ProcessorCount / 2), settings);
        news = Turns(1, settings);
        nobodysHash = new Lazy<string>(() =>
            hasher.HashPassword(null!, RandomNumberGenerator.GetHexString(NobodysLength))
        );
    }

    /// <summary>Why a password is refused, or null. Length is the only rule (NIST SP 800-63B).</summary>
    public static string? Problem(string password) =>
        password.EnumerateRunes().Count() is < MinLength or > MaxLength
            ? $"must have {MinLength} to {MaxLength} characters"
            : null;

    /// <exception cref="RefusedException">unavailable: too many wait.</exception>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        RunAsync(news, () => SpareTime.Run(() => hasher.HashPassword(null!, password)), cancellationToken);

    /// <summary>Whether the password is the user's. Without a user it takes as long and says no.</summary>
    /// <exception cref="RefusedException">unavailable: too many wait.</exception>
    public async Task<bool> IsRightAsync(User? user, string password, CancellationToken cancellationToken)
    {
        var result = await RunAsync(
            checks,
            () =>
            {
                SpareTime.StandBack();
                return hasher.VerifyHashedPassword(user!, user?.PasswordHash ?? nobodysHash.Value, password);
            },
            cancellationToken
        );
        return user is not null && result != PasswordVerificationResult.Failed;
    }

    public void Dispose()
    {
        checks.Dispose();
        news.Dispose();
    }

    private static ConcurrencyLimiter Turns(int atOnce, UserAuthOptions settings) =>
        new(new ConcurrencyLimiterOptions { PermitLimit = atOnce, QueueLimit = settings.PasswordQueueLimit });

    private static async Task<T> RunAsync<T>(
        ConcurrencyLimiter turns,
        Func<T> work,
        CancellationToken cancellationToken
    )
    {
        using var turn = await turns.AcquireAsync(1, cancellationToken);
        if (!turn.IsAcquired)
            throw new RefusedException(
                ErrorCodes.Unavailable,
                "Too many people sign in right now; try again.",
                retryAfter: TimeSpan.FromSeconds(2)
            );
        return await Task.Factory.StartNew(
            work,
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );
    }
}
