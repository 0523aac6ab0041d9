namespace SmartFlow.Platform.Commands;

/// <summary>
/// <c>smartflow ready</c>: asks the process that serves here, at SMARTFLOW_URLS, whether it is ready. For health checks
/// of containers without a shell, so that nothing is built for it but this question.
/// </summary>
public sealed class ReadyCommand : ICommand
{
    public const string Word = "ready";
    private const string Default = "http://127.0.0.1:5080";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    public string Name => Word;

    public string Usage => "asks the process that serves at SMARTFLOW_URLS whether it is ready; exit code 0 or 1";

    public bool Writes => false;

    public Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        CancellationToken cancellationToken
    ) => AskAsync(Environment.GetEnvironmentVariable("SMARTFLOW_URLS"), output, cancellationToken);

    /// <param name="urls">As in the setting; null or empty: its default. Of several the first is asked.</param>
    /// <param name="output">What it answers where it is not ready.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public static async Task<int> AskAsync(string? urls, TextWriter output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        var first = (string.IsNullOrEmpty(urls) ? Default : urls).Split(';')[0];
        foreach (var everywhere in new[] { "0.0.0.0", "[::]", "*", "+" })
            first = first.Replace($"//{everywhere}:", "//127.0.0.1:", StringComparison.Ordinal);
        try
        {
            using var http = new HttpClient { Timeout = Patience };
            using var answer = await http.GetAsync(new Uri(first.TrimEnd('/') + "/readyz"), cancellationToken);
            if (answer.IsSuccessStatusCode)
                return 0;
            await output.WriteLineAsync(await answer.Content.ReadAsStringAsync(cancellationToken));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or UriFormatException)
        {
            await output.WriteLineAsync($"{first}: {e.Message}");
        }
        return 1;
    }
}
