namespace SmartFlow.Contracts.Notification;

/// <summary>
/// Mail that belongs to an account: the methods of notification.proto, by name. Refusals: invalid_argument,
/// unavailable.
/// </summary>
public interface IAccountMail
{
    /// <summary>Whether mail can be sent here at all.</summary>
    Task<DescribeMailResponse> DescribeMailAsync(DescribeMailRequest request, CancellationToken cancellationToken);

    /// <summary>Sends one mail now and says what became of it.</summary>
    Task<SendAccountMailResponse> SendAccountMailAsync(
        SendAccountMailRequest request,
        CancellationToken cancellationToken
    );
}

/// <summary>The words for what an account's mail says.</summary>
public static class AccountMailKinds
{
    /// <summary>Somebody forgot the password: with a link.</summary>
    public const string Recovery = "recovery";

    /// <summary>A new password was set by a link.</summary>
    public const string Recovered = "recovered";

    /// <summary>A new password was set by whoever knew the old one.</summary>
    public const string PasswordChanged = "password_changed";

    /// <summary>An operator made a link for a new password; the mail does not have it.</summary>
    public const string RecoveryLink = "recovery_link";

    /// <summary>Somebody gave this address as theirs: with a link.</summary>
    public const string VerifyEmail = "verify_email";

    /// <summary>The account has another address now, or none.</summary>
    public const string EmailChanged = "email_changed";
}
