using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace SmartFlow.Platform.Web;

/// <summary>Start-up failures that the person at the keyboard can mend, in words that say how.</summary>
internal static class SetupProblems
{
    public const int ExitCode = 2;

    /// <summary>The explanation, or null for a defect of ours.</summary>
    public static string? Explain(Exception exception) =>
        exception switch
        {
            SetupException setup => setup.Message,
            OptionsValidationException options => "bad configuration: " + string.Join("; ", options.Failures),
            AggregateException { InnerExceptions: [OptionsValidationException, ..] } several => string.Join(
                "; ",
                several.InnerExceptions.Select(Explain)
            ),
            IOException { InnerException: AddressInUseException } taken =>
                $"{taken.Message.TrimEnd('.')}. Stop what listens there, or set SMARTFLOW_URLS (or SMARTFLOW_RPC_URL) to another address.",
            SocketException { SocketErrorCode: SocketError.AccessDenied or SocketError.AddressNotAvailable } socket =>
                $"cannot listen: {socket.Message}. Set SMARTFLOW_URLS to an address of this machine and a port above 1023.",
            UnauthorizedAccessException denied =>
                $"{denied.Message} Set SMARTFLOW_DATA to a folder that can be written.",
            InvalidOperationException { InnerException: not null } bad
                when bad.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal) =>
                bad.Message,
            _ => null,
        };
}
