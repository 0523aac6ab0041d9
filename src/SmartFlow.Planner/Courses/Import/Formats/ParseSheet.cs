using System.Globalization;
using System.Text.Json;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Courses.Import.Formats;

/// <summary>
/// <c>smartflow parse-sheet SECONDS WEEKS</c>: reads a workbook or a table of HTML or XML on its input and writes its
/// rows, or why it is refused, as JSON. The process has no settings, no data and nothing to lose; see
/// <see cref="SheetReader"/>, which starts it.
/// </summary>
public static class ParseSheet
{
    /// <summary>The word that selects it.</summary>
    public const string Command = "parse-sheet";

    private const int MemoryExit = 3;
    private const int TimeExit = 4;

    /// <param name="seconds">After which it ends itself, so that it does not outlive who started it.</param>
    /// <param name="weeks">Of the term, for what means all of them.</param>
    /// <param name="input">The file, at most as large as an upload.</param>
    /// <param name="output">Where the answer goes.</param>
    /// <returns>The exit code; 0 also for a file that is refused.</returns>
    public static int Run(string seconds, string weeks, Stream input, Stream output)
    {
        if (!int.TryParse(seconds, NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
            return 2;
        if (
            !int.TryParse(weeks, NumberStyles.None, CultureInfo.InvariantCulture, out var termWeeks)
            || termWeeks is < 1 or > Term.WeeksMax
        )
            return 2;
        using var end = new Timer(
            _ => Environment.Exit(TimeExit),
            null,
            TimeSpan.FromSeconds(limit),
            Timeout.InfiniteTimeSpan
        );
        try
        {
            JsonSerializer.Serialize(output, Read(input, termWeeks), WebJson.Options);
            output.Flush();
            return 0;
        }
        catch (OutOfMemoryException)
        {
            return MemoryExit;
        }
    }

    private static Answer Read(Stream input, int termWeeks)
    {
        try
        {
            return new Answer(SheetFile.Read(Take(input), termWeeks), null);
        }
        catch (RefusedException e)
        {
            var said = e.Extensions ?? new Dictionary<string, object?>();
            var values = said.Where(m => m.Value is int or long)
                .ToDictionary(m => m.Key, m => Convert.ToInt64(m.Value, CultureInfo.InvariantCulture));
            return new Answer(
                null,
                new Refusal(said["rule"] as string ?? "", e.Errors?["file"][0] ?? e.Message, values)
            );
        }
    }

    private static byte[] Take(Stream input)
    {
        var bytes = new byte[Photo.BytesMax + 1];
        var length = input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return length <= Photo.BytesMax ? bytes[..length] : throw Unreadable.NoWorkbook();
    }

    internal sealed record Answer(ReadFile? Read, Refusal? Refused);

    internal sealed record Refusal(string Rule, string Reason, IReadOnlyDictionary<string, long> Values);
}
