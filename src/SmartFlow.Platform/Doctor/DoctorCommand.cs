using System.Text.Json;
using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Doctor;

/// <summary>
/// <c>smartflow doctor</c>: looks at what this process needs (databases, disk, clock, brokers, other modules, providers, prices, mail)
/// with its own configuration and says of each finding what to do. That the configuration can be read it shows by running at all.
/// </summary>
internal sealed class DoctorCommand(IEnumerable<IDoctorCheck> checks, TimeProvider time) : ICommand
{
    private const string JsonFlag = "--json";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public string Name => "doctor";

    public string Usage => "[--json]: looks at databases, disk, clock, brokers, modules, providers, prices and mail and says what to do; exit code 1 on an error";

    public bool Writes => false;

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, CancellationToken cancellationToken)
    {
        if (arguments is not ([] or [JsonFlag]))
        {
            await output.WriteLineAsync($"smartflow doctor {Usage}");
            return 2;
        }
        var json = arguments.Count > 0;
        List<CheckedThing> things = [];
        var databases = true;
        foreach (var check in checks)
        {
            if (check.ReadsDatabases && !databases) continue;
            var findings = await LookAsync(check, cancellationToken);
            if (check is DatabasesLook) databases = findings is [{ Level: DoctorLevel.Ok }, ..];
            things.Add(new CheckedThing(check.Name, findings));
            if (!json) await WriteAsync(check.Name, findings, output);
        }
        var all = things.SelectMany(t => t.Findings).ToLookup(f => f.Level);
        var (errors, warnings) = (all[DoctorLevel.Error].Count(), all[DoctorLevel.Warning].Count());
        await output.WriteLineAsync(json
            ? JsonSerializer.Serialize(new Report(errors == 0, things), WebJson.Options)
            : errors + warnings == 0 ? "Everything is well." : $"{errors} errors, {warnings} warnings.");
        return errors == 0 ? 0 : 1;
    }

    /// <summary>One that fails or does not end is a finding of its own, and the others are looked at all the same.</summary>
    private async Task<IReadOnlyList<DoctorFinding>> LookAsync(IDoctorCheck check, CancellationToken cancellationToken)
    {
        List<DoctorFinding> findings = [];
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        // Some libraries wait without listening to the token.
        var looking = Task.Run(
            async () =>
            {
                await foreach (var finding in check.LookAsync(either.Token))
                    lock (findings) findings.Add(finding);
            },
            either.Token);
        try
        {
            await looking.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            lock (findings)
                findings.Add(DoctorFinding.Error($"no answer within {Patience.TotalSeconds:0} seconds", "Look whether it runs and can be reached from here."));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            lock (findings) findings.Add(DoctorFinding.Error(e.Message, "Mend what it says and run smartflow doctor again."));
        }
        lock (findings) return [.. findings];
    }

    private static async Task WriteAsync(string name, IReadOnlyList<DoctorFinding> findings, TextWriter output)
    {
        foreach (var finding in findings)
        {
            var word = finding.Level switch { DoctorLevel.Ok => "ok", DoctorLevel.Warning => "warning", _ => "ERROR" };
            await output.WriteLineAsync($"{word,-8}{name}: {finding.Found}");
            if (finding.ToDo.Length > 0) await output.WriteLineAsync($"        → {finding.ToDo}");
        }
    }

    private sealed record CheckedThing(string Name, IReadOnlyList<DoctorFinding> Findings);

    private sealed record Report(bool Ok, IReadOnlyList<CheckedThing> Checks);
}
