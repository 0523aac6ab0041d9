using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;

namespace SmartFlow.UserAuth.Accounts;

/// <summary>
/// Hashes and checks passwords with ASP.NET Core Identity's hasher (PBKDF2, HMAC-SHA512, salted). On half the cores at most, on
/// threads of their own that stand back behind all others, and with a bounded queue, so that whoever guesses takes neither the
/// machine nor the pool that answers everybody else.
/// </summary>
internal sealed partial class Passwords : IDisposable
{
    public const int MinLength = 10;
    public const int MaxLength = 128;
    private const int NobodysLength = 32;
    private readonly PasswordHasher<User> hasher;
    private readonly ConcurrencyLimiter turns;
    private readonly Lazy<string> nobodysHash;

    public Passwords(IOptions<UserAuthOptions> options)
    {
        var settings = options.Value;
        hasher = new PasswordHasher<User>(Options.Create(new PasswordHasherOptions { IterationCount = settings.PasswordRounds }));
        turns = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = Math.Max(1, Environment.ProcessorCount / 2),
            QueueLimit = settings.PasswordQueueLimit,
        });
        nobodysHash = new Lazy<string>(() => hasher.HashPassword(null!, RandomNumberGenerator.GetHexString(NobodysLength)));
    }

    /// <summary>Why a password is refused, or null. Length is the only rule (NIST SP 800-63B).</summary>
    public static string? Problem(string password) =>
        password.EnumerateRunes().Count() is < MinLength or > MaxLength ? $"must have {MinLength} to {MaxLength} characters" : null;

    /// <exception cref="RefusedException">unavailable: too many wait.</exception>
    public Task<string> HashAsync(string password, CancellationToken cancellationToken) =>
        RunAsync(() => hasher.HashPassword(null!, password), cancellationToken);

    /// <summary>Whether the password is the user's. Without a user it takes as long and says no.</summary>
    /// <exception cref="RefusedException">unavailable: too many wait.</exception>
    public async Task<bool> IsRightAsync(User? user, string password, CancellationToken cancellationToken)
    {
        var result = await RunAsync(
            () => hasher.VerifyHashedPassword(user!, user?.PasswordHash ?? nobodysHash.Value, password), cancellationToken);
        return user is not null && result != PasswordVerificationResult.Failed;
    }

    public void Dispose() => turns.Dispose();

    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        using var turn = await turns.AcquireAsync(1, cancellationToken);
        if (!turn.IsAcquired)
            throw new RefusedException(
                ErrorCodes.Unavailable, "Too many people sign in right now; try again.", retryAfter: TimeSpan.FromSeconds(2));
        return await Task.Factory.StartNew(
            () =>
            {
                StandBack();
                return work();
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>The kernel's word for it: .NET's own priorities of threads do nothing on Linux. The thread ends with its work.</summary>
    private static void StandBack()
    {
        const int ofProcessOrThread = 0, thisThread = 0, nice = 10;
        // Where it is refused the hash is as urgent as everything else.
        if (OperatingSystem.IsLinux()) _ = SetPriority(ofProcessOrThread, thisThread, nice);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
