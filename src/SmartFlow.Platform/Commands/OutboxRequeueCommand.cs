using System.Globalization;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Platform.Commands;

/// <summary>
/// <c>smartflow outbox requeue MODULE ID|all</c>: marks dead letters; the host hands those that are marked to their
/// consumer again, where they are handled or come back with the new reason.
/// </summary>
internal sealed class OutboxRequeueCommand(IEnumerable<IModuleDatabase> databases, DeadLetters letters) : ICommand
{
    private const string All = "all";

    public string Name => "outbox requeue";

    public string Usage => "<module> <id|all>: hands dead letters to their consumer again";

    /// <summary>It only marks rows, which is safe beside a running host and meant for it: no lock is taken.</summary>
    public bool Writes => false;

    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        if (arguments is not [var module, var which] || Id(which) is not { } id)
        {
            await output.WriteLineAsync("smartflow outbox requeue <module> <id|all>");
            return 2;
        }
        if (letters.Find(module) is not { } database)
        {
            await output.WriteLineAsync(
                $"there is no module {module}; there are {string.Join(", ", databases.Select(d => d.Name))}"
            );
            return 2;
        }
        var marked = await letters.RequeueAsync(database, id, "", cancellationToken);
        await output.WriteLineAsync($"{database.Name}: {marked} dead letters requeued");
        return marked > 0 || which == All ? 0 : 1;
    }

    /// <summary>0 for all, null for what is neither a number nor "all".</summary>
    private static long? Id(string text) =>
        text == All ? 0
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0 ? id
        : null;
}
