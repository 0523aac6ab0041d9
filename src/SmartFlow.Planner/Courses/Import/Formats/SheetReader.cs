using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Commands;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// Has workbooks read by a process of their own (<see cref="ParseSheet"/>), which ends with the deadline, at its
/// memory's bound, and when the client leaves, whatever the library is doing.
/// </summary>
internal sealed partial class SheetReader(IOptions<PlannerOptions> options, ILogger<SheetReader> logger)
{
    private const int AnswerBytesMax = 16 * 1_024 * 1_024;
    private const int MebiBytes = 1_024 * 1_024;

    /// <exception cref="RefusedException">invalid_argument: no workbook, or one beyond the limits; unavailable: none
    /// can be read here.</exception>
    public async Task<ReadFile> ReadAsync(byte[] bytes, int termWeeks, CancellationToken cancellationToken)
    {
        SheetFile.Check(bytes);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(options.Value.SheetSeconds));
        using var process = Start(termWeeks);
        try
        {
            // Its death ends every read and write of its pipes, which do not all look at a token.
            await using var end = limit.Token.UnsafeRegister(static child => Kill((Process)child!), process);
            var errors = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            await SendAsync(process, bytes);
            var answer = await ReceiveAsync(process);
            await errors;
            await process.WaitForExitAsync(limit.Token);
            limit.Token.ThrowIfCancellationRequested();
            if (answer is not null && process.ExitCode == 0)
                return Answer(answer);
            Log.Failed(logger, process.ExitCode);
            throw Unreadable.TooCostly();
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unreadable.TooCostly();
        }
        finally
        {
            Kill(process);
        }
    }

    private Process Start(int termWeeks)
    {
        var (seconds, bytes) = (options.Value.SheetSeconds, (long)options.Value.SheetMebibytes * MebiBytes);
        var start = OwnProgram.With(
            ParseSheet.Command,
            seconds.ToString(CultureInfo.InvariantCulture),
            termWeeks.ToString(CultureInfo.InvariantCulture)
        );
        // One small heap with a hard end, on every system.
        start.Environment["DOTNET_GCHeapHardLimit"] = bytes.ToString("X", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["DOTNET_gcConcurrent"] = "0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_DbgEnableMiniDump"] = "0";
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            Log.NotStarted(logger, e);
            throw new RefusedException(
                ErrorCodes.Unavailable,
                "Workbooks cannot be read here at the moment; save the timetable as CSV."
            );
        }
    }

    private static async Task SendAsync(Process process, byte[] bytes)
    {
        try
        {
            await using var input = process.StandardInput.BaseStream;
            await input.WriteAsync(bytes, CancellationToken.None);
        }
        catch (IOException)
        {
            // It has ended; how, its exit code says.
        }
    }

    /// <returns>Null: more than any answer.</returns>
    private static async Task<byte[]?> ReceiveAsync(Process process)
    {
        using var answer = new MemoryStream();
        var buffer = new byte[64 * 1_024];
        for (int read; (read = await process.StandardOutput.BaseStream.ReadAsync(buffer)) > 0; )
        {
            if (answer.Length + read > AnswerBytesMax)
            {
                Kill(process);
                return null;
            }
            answer.Write(buffer, 0, read);
        }
        return answer.ToArray();
    }

    private static ReadFile Answer(byte[] answer)
    {
        var (read, refused) = JsonSerializer.Deserialize<ParseSheet.Answer>(answer, WebJson.Options)!;
        return read
            ?? throw (
                refused is { } said ? Unreadable.Told(said.Rule, said.Reason, said.Values) : Unreadable.NoWorkbook()
            );
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended already.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The reading of a workbook ended with exit code {ExitCode}")]
        public static partial void Failed(ILogger logger, int exitCode);

        [LoggerMessage(2, LogLevel.Error, "The process that reads workbooks could not be started")]
        public static partial void NotStarted(ILogger logger, Exception e);
    }
}
