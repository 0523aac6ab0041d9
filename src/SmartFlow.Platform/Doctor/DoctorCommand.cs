using System.Text.Json;
using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Doctor;

/// <summary>
/// <c>smartflow doctor</c>: looks at what this process needs (databases, disk, clock, brokers, other modules,
/// providers, prices, mail) with its own configuration and says of each finding what to do. That the configuration can
/// be read it shows by running at all.
/// </summary>
internal sealed class DoctorCommand(Checkup checkup) : ICommand
{
    private const string JsonFlag = "--json";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Name => "doctor";

    public string Usage =>
        "[--json]: looks at databases, disk, clock, brokers, modules, providers, prices and mail and says what to do; exit code 1 on an error";

    public bool Writes => false;

    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        if (arguments is not ([] or [JsonFlag]))
        {
            await output.WriteLineAsync($"smartflow doctor {Usage}");
            return 2;
        }
        var json = arguments.Count > 0;
        var things = await checkup.RunAsync(
            Patience,
            thing => json ? Task.CompletedTask : WriteAsync(thing.Name, thing.Findings, output),
            cancellationToken
        );
        var all = things.SelectMany(t => t.Findings).ToLookup(f => f.Level);
        var (errors, warnings) = (all[DoctorLevel.Error].Count(), all[DoctorLevel.Warning].Count());
        await output.WriteLineAsync(
            json ? JsonSerializer.Serialize(new Report(errors == 0, things), WebJson.Options)
            : errors + warnings == 0 ? "Everything is well."
            : $"{errors} errors, {warnings} warnings."
        );
        return errors == 0 ? 0 : 1;
    }

    private static async Task WriteAsync(string name, IReadOnlyList<DoctorFinding> findings, TextWriter output)
    {
        foreach (var finding in findings)
        {
            var word = finding.Level switch
            {
                DoctorLevel.Ok => "ok",
                DoctorLevel.Warning => "warning",
                _ => "ERROR",
            };
            await output.WriteLineAsync($"{word, -8}{name}: {finding.Found}");
            if (finding.ToDo.Length > 0)
                await output.WriteLineAsync($"        → {finding.ToDo}");
        }
    }

    private sealed record Report(bool Ok, IReadOnlyList<CheckedThing> Checks);
}
