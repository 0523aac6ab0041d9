using System.Diagnostics;
using System.Globalization;
using SmartFlow.Planner.Scheduling;

namespace SmartFlow.Bench.Scheduling;

/// <summary>
/// bench/run.sh scheduling: the solver beside two common greedy rules over made-up students, its run time by size, what
/// more time gains and what memory it takes. On one core. Refreshes the tables and plots of docs/scheduling.md.
/// </summary>
internal static class SchedulingBench
{
    public static int Run(string[] options)
    {
        var quick = options.Contains("--quick");
        // One core, whatever the machine has: the compiler and the collector share it with the solver.
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows())
            Process.GetCurrentProcess().ProcessorAffinity = 1;
        var report = new SchedulingReport(quick);
        Warm();
        foreach (var scenario in Student.Scenarios)
            Compare(report, scenario, quick ? 4 : 40);
        foreach (
            var (weeks, classes, items, budget) in new[]
            {
                (20, 1, 150, 200),
                (20, 5, 30, 200),
                (20, 6, 50, 2_000),
                (20, 2, 150, 2_000),
                (30, 6, 200, 2_000),
            }
        )
            Size(report, weeks, classes, items, budget, quick ? 3 : 25);
        foreach (var scenario in Student.Scenarios[..^1])
            Gain(report, scenario, quick ? 1 : 8);
        Memory(report, quick ? 100 : 1_000);
        Console.WriteLine(report.Write());
        return 0;
    }

    private static void Warm()
    {
        for (var seed = 0; seed < 60; seed++)
            foreach (var scenario in Student.Scenarios[..^1])
                Scheduler.Solve(Student.Make(scenario, 9_000 + seed).Problem with { BudgetMs = 10 });
    }

    private static void Compare(SchedulingReport report, string scenario, int students)
    {
        var (ours, first, even) = (new List<Figures>(), new List<Figures>(), new List<Figures>());
        var (times, stopped) = (new List<double>(), new List<Stopped>());
        for (var seed = 0; seed < students; seed++)
        {
            var problem = Student.Make(scenario, seed).Problem;
            var began = Stopwatch.GetTimestamp();
            var answer = Scheduler.Solve(problem);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            stopped.Add(answer.Stopped);
            ours.Add(Figures.Of(problem, [.. answer.Placements]));
            first.Add(Figures.Of(problem, Greedy.FirstFit(problem)));
            even.Add(Figures.Of(problem, Greedy.EvenSpread(problem)));
        }
        report.AddScenario(
            scenario,
            students,
            [("SmartFlow", Figures.Mean(ours)), ("first fit", Figures.Mean(first)), ("even spread", Figures.Mean(even))]
        );
        report.AddTime(scenario, times, stopped);
    }

    private static void Size(SchedulingReport report, int weeks, int classes, int items, int budgetMs, int rounds)
    {
        var (times, stopped, share) = (new List<double>(), new List<Stopped>(), new List<double>());
        for (var seed = 0; seed < rounds; seed++)
        {
            var problem = Student.Sized(seed, weeks, classes, items) with { BudgetMs = budgetMs };
            var began = Stopwatch.GetTimestamp();
            var answer = Scheduler.Solve(problem);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            stopped.Add(answer.Stopped);
            share.Add(Figures.Of(problem, [.. answer.Placements]).PlacedShare);
        }
        report.AddSize($"{classes} × {items} items, {weeks} weeks, {budgetMs:N0} ms", times, stopped, share.Average());
    }

    /// <summary>The cost beside the best that any of the budgets found, where all placed the same.</summary>
    private static void Gain(SchedulingReport report, string scenario, int students)
    {
        int[] budgets = [25, 50, 100, 200, 500, 1_000, 2_000];
        var above = new double[budgets.Length];
        var counted = 0;
        for (var seed = 100; seed < 100 + students; seed++)
        {
            var answers = budgets
                .Select(b => Scheduler.Solve(Student.Make(scenario, seed).Problem with { BudgetMs = b }))
                .ToArray();
            var missing = answers.Min(a => a.MissingSections);
            var best = answers.Where(a => a.MissingSections == missing).Min(a => a.CostMicros);
            for (var b = 0; b < budgets.Length; b++)
                above[b] += (answers[b].CostMicros - best) / (double)best + (answers[b].MissingSections - missing);
            counted++;
        }
        report.AddGain(scenario, budgets, [.. above.Select(a => a / counted)]);
    }

    private static void Memory(SchedulingReport report, int solves)
    {
        var problem = Student.Sized(1, 20, 5, 30) with { BudgetMs = 10 };
        Scheduler.Solve(problem);
        var (allocated, early) = (GC.GetAllocatedBytesForCurrentThread(), 0L);
        for (var n = 1; n <= solves; n++)
        {
            Scheduler.Solve(problem with { Seed = n });
            if (n == solves / 10)
                early = GC.GetTotalMemory(forceFullCollection: true);
        }
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        report.Memory = string.Create(
            CultureInfo.InvariantCulture,
            $"{solves:N0} solves of 5 × 30 items: {allocated / 1024.0 / solves:N0} KiB allocated a solve; live memory after the first tenth {early / 1048576.0:F2} MiB, after all {GC.GetTotalMemory(true) / 1048576.0:F2} MiB."
        );
    }
}
