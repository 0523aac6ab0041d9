namespace SmartFlow.Platform.Doctor;

/// <summary>What one check found.</summary>
internal sealed record CheckedThing(string Name, IReadOnlyList<DoctorFinding> Findings);

/// <summary>All checks of this process, one after the other.</summary>
internal sealed class Checkup(IEnumerable<IDoctorCheck> checks, TimeProvider time)
{
    /// <param name="patience">How long one of them may take.</param>
    /// <param name="told">Hears of each when it is done.</param>
    /// <param name="cancellationToken">Whoever asks has gone.</param>
    public async Task<IReadOnlyList<CheckedThing>> RunAsync(
        TimeSpan patience,
        Func<CheckedThing, Task> told,
        CancellationToken cancellationToken
    )
    {
        List<CheckedThing> things = [];
        var databases = true;
        foreach (var check in checks)
        {
            if (check.ReadsDatabases && !databases)
                continue;
            var thing = new CheckedThing(check.Name, await LookAsync(check, patience, cancellationToken));
            if (check is DatabasesLook)
                databases = thing.Findings is [{ Level: DoctorLevel.Ok }, ..];
            things.Add(thing);
            await told(thing);
        }
        return things;
    }

    /// <summary>
    /// One that fails or does not end is a finding of its own, and the others are looked at all the same.
    /// </summary>
    private async Task<IReadOnlyList<DoctorFinding>> LookAsync(
        IDoctorCheck check,
        TimeSpan most,
        CancellationToken cancellationToken
    )
    {
        List<DoctorFinding> findings = [];
        using var patience = new CancellationTokenSource(most, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        // Some libraries wait without listening to the token.
        var looking = Task.Run(
            async () =>
            {
                await foreach (var finding in check.LookAsync(either.Token))
                    lock (findings)
                        findings.Add(finding);
            },
            either.Token
        );
        try
        {
            await looking.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
            when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            lock (findings)
                findings.Add(
                    DoctorFinding.Error(
                        $"no answer within {most.TotalSeconds:0} seconds",
                        "Look whether it runs and can be reached from here."
                    )
                );
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            lock (findings)
                findings.Add(DoctorFinding.Error(e.Message, "Mend what it says and run smartflow doctor again."));
        }
        lock (findings)
            return [.. findings];
    }
}
