namespace SmartFlow.Llm.Providers;

/// <summary>
/// A provider for tests and load runs whose model name is the behaviour; not offered in production. Its server lives
/// in this process behind the same HTTP and event-stream code as a real one, so what it does wrong is met where a
/// real server's would be. Everything is deterministic; waiting uses the injected clock.
/// <list type="table">
/// <listheader><term>model</term><description>what it does</description></listheader>
/// <item><term>scripted/echo</term><description>says the last user text again, one word a chunk; one token a
/// word</description></item>
/// <item><term>scripted/slow</term><description>echo, 100 ms before each chunk</description></item>
/// <item><term>scripted/long, scripted/long-N</term><description>1,000 or N words, whatever is
/// asked</description></item>
/// <item><term>scripted/empty</term><description>finishes without a word, one output token</description></item>
/// <item><term>scripted/no-usage</term><description>echo without any usage</description></item>
/// <item><term>scripted/null-usage</term><description>echo with <c>usage: null</c> everywhere</description></item>
/// <item><term>scripted/zero-usage</term><description>echo that reports zero tokens</description></item>
/// <item><term>scripted/cached</term><description>echo, three quarters of the prompt read from a
/// cache</description></item>
/// <item><term>scripted/reasoning</term><description>three words of reasoning, then echo</description></item>
/// <item><term>scripted/tool-call</term><description>calls the first tool (or lookup), its arguments in three
/// pieces</description></item>
/// <item><term>scripted/json-for-stream</term><description>echo, a plain body even where a stream was asked
/// for</description></item>
/// <item><term>scripted/flaky-429</term><description>status 429 with Retry-After 1 on the first attempt, then
/// echo</description></item>
/// <item><term>scripted/error-400, -401, -429, -500, -503</term><description>that status, always</description></item>
/// <item><term>scripted/error-in-200</term><description>an error object in a success</description></item>
/// <item><term>scripted/error-mid-stream</term><description>half of echo, then an error object</description></item>
/// <item><term>scripted/cut-stream</term><description>half of echo, then the connection breaks</description></item>
/// <item><term>scripted/cut-before</term><description>the connection breaks before the status</description></item>
/// <item><term>scripted/hang</term><description>takes the request and never answers</description></item>
/// <item><term>scripted/hang-mid-stream</term><description>half of echo, then nothing</description></item>
/// <item><term>scripted/malformed-sse</term><description>half of echo, then an event that is not JSON, then the
/// end</description></item>
/// <item><term>scripted/big-line</term><description>one event of 10 MB</description></item>
/// </list>
/// </summary>
internal sealed class ScriptedProvider : IProvider, IDisposable
{
    public const string Prefix = "scripted/";
    private readonly OpenAiCompatibleProvider provider;

    public ScriptedProvider(TimeProvider time)
        : this(new OpenAiCompatibleOptions(), time) { }

    /// <param name="options">Time-outs and limits; name and address are set here.</param>
    /// <param name="time">The clock of every wait.</param>
    public ScriptedProvider(OpenAiCompatibleOptions options, TimeProvider time)
    {
        (options.Name, options.BaseUrl) = ("scripted", "http://scripted.invalid");
        provider = new OpenAiCompatibleProvider(options, time, new ScriptedServer(time));
    }

    public string Name => provider.Name;

    /// <summary>Such a behaviour exists. The name may stand with or without its prefix.</summary>
    public static bool Knows(string model) => Script.Parse(model) is not null;

    public Task<ProviderAnswer> SendAsync(ProviderRequest request, CancellationToken cancellationToken) =>
        provider.SendAsync(request, cancellationToken);

    public void Dispose() => provider.Dispose();
}
