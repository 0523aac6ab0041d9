using SmartFlow.Platform.Data;

namespace SmartFlow.Platform.Commands;

/// <summary><c>smartflow migrate</c>: applies what is missing and says what every database stands at.</summary>
internal sealed class MigrateCommand(IEnumerable<IModuleDatabase> databases) : ICommand
{
    public string Name => "migrate";

    public string Usage => "applies the missing migrations of every module";

    /// <summary>The migration itself is what every writing command begins with.</summary>
    public bool Writes => true;

    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        foreach (var database in databases)
        {
            var pending = await database.PendingAsync(cancellationToken);
            if (pending.Count > 0)
            {
                await output.WriteLineAsync($"{database.Name}: still misses {string.Join(", ", pending)}");
                return 1;
            }
            await output.WriteLineAsync($"{database.Name}: up to date");
        }
        return 0;
    }
}
