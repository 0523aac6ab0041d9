using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using SmartFlow.Platform.Outbound;

namespace SmartFlow.Notification.Sending;

/// <summary>What answers and failures of HTTP mean for a delivery.</summary>
internal static class HttpOutcome
{
    public static Sent Of(HttpStatusCode status, TimeSpan? retryAfter) =>
        (int)status switch
        {
            >= 200 and < 300 => Sent.Taken,
            // Followed it could lead inside; who moved changes the channel.
            >= 300 and < 400 => new Sent("redirect") { IsFinal = true },
            410 => new Sent("gone") { IsFinal = true, IsGone = true },
            408 or 425 or 429 or >= 500 => new Sent(Word(status)) { RetryAfter = retryAfter },
            _ => new Sent(Word(status))
            {
                IsFinal =
                    status
                        is HttpStatusCode.Unauthorized
                            or HttpStatusCode.Forbidden
                            or HttpStatusCode.RequestEntityTooLarge,
            },
        };

    /// <summary>Null: not a failure of the way, but the caller's or ours.</summary>
    public static Sent? Of(Exception failure, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return null;
        for (var e = failure; e is not null; e = e.InnerException)
            switch (e)
            {
                case PrivateAddressException:
                    return new Sent("private_address") { IsFinal = true };
                case OperationCanceledException or TimeoutException:
                    return new Sent("timeout");
                case AuthenticationException:
                    return new Sent("tls");
                case SocketException
                {
                    SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain
                }:
                    return new Sent("unknown_host");
                case SocketException:
                    return new Sent("unreachable");
            }
        return failure is HttpRequestException or IOException ? new Sent("broken_answer") : null;
    }

    private static string Word(HttpStatusCode status) =>
        string.Create(CultureInfo.InvariantCulture, $"http_{(int)status}");
}
