using System.Diagnostics;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using SmartFlow.Bench.Ledger;
using SmartFlow.Forum;
using SmartFlow.Forum.Likes;
using SmartFlow.Platform.Data;

namespace SmartFlow.Bench.Forum;

/// <summary>
/// bench/run.sh forum: lists, search, details and comments over a large plaza on a PostgreSQL of its own with default
/// settings, with the plans of their statements; 200 likes of one post at once.
/// </summary>
internal static class ForumBench
{
    private const int Likers = 200;

    public static async Task<int> RunAsync(string[] options)
    {
        var quick = options.Contains("--quick");
        var posts = options
            .SkipWhile(o => o != "--posts")
            .Skip(1)
            .Select(o => int.Parse(o, CultureInfo.InvariantCulture))
            .FirstOrDefault(quick ? 20_000 : 100_000);
        await using var postgres = await BenchPostgres.StartAsync();
        try
        {
            await MeasureAsync(
                await postgres.NewDatabaseAsync("plaza"),
                new ForumReport(quick, posts),
                posts,
                quick ? 60 : 300
            );
        }
        catch (Exception e)
        {
            // Caught, so that the server is stopped whatever happens.
            Console.Error.WriteLine(e);
            return 1;
        }
        return 0;
    }

    private static async Task MeasureAsync(string database, ForumReport report, int posts, int times)
    {
        await BenchPostgres.ExecuteAsync(database, "CREATE SCHEMA forum");
        await using var source = DataRegistration.OpenPostgres(
            new DataOptions { ConnectionString = database },
            "forum"
        );
        var seen = new SeenStatements();
        await using var services = new ServiceCollection()
            .AddPooledDbContextFactory<ForumDb>(o =>
                o.UseNpgsql(source)
                    .AddInterceptors(seen)
                    .ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning))
            )
            .BuildServiceProvider();
        var databases = services.GetRequiredService<IDbContextFactory<ForumDb>>();
        await using (var db = await databases.CreateDbContextAsync())
            await db.Database.MigrateAsync();
        var began = Stopwatch.GetTimestamp();
        await LargePlaza.FillAsync(source, posts);
        report.Filled = Stopwatch.GetElapsedTime(began);
        Console.WriteLine(FormattableString.Invariant($"filled in {report.Filled.TotalSeconds:F0} s"));
        foreach (var (name, view) in ForumViews.All(databases, posts))
        {
            report.Add(name, await TimeAsync(times, view));
            report.Explain(name, await seen.ExplainAsync(source, () => view(0)));
        }
        report.Mixed = await MixAsync(ForumViews.All(databases, posts), 8, times);
        report.Likes = await LikeAsync(databases, source, posts);
        report.Audited = await AuditAsync(databases);
        Console.WriteLine(report.Write());
    }

    private static async Task<double[]> TimeAsync(int times, Func<int, Task> view)
    {
        var taken = new double[times];
        for (var i = -times / 10; i < times; i++)
        {
            var at = Stopwatch.GetTimestamp();
            await view(i + (times / 10));
            if (i >= 0)
                taken[i] = Stopwatch.GetElapsedTime(at).TotalMilliseconds;
        }
        Array.Sort(taken);
        return taken;
    }

    /// <summary>All views in turn, several readers at once: milliseconds of each, and how many a second.</summary>
    private static async Task<(double[] Taken, double PerSecond)> MixAsync(
        IReadOnlyList<(string Name, Func<int, Task> View)> views,
        int readers,
        int times
    )
    {
        var at = Stopwatch.GetTimestamp();
        var taken = await Task.WhenAll(
            Enumerable
                .Range(0, readers)
                .Select(async reader =>
                {
                    var own = new double[times];
                    for (var i = 0; i < times; i++)
                    {
                        var began = Stopwatch.GetTimestamp();
                        await views[(i + reader) % views.Count].View(i * readers + reader);
                        own[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
                    }
                    return own;
                })
        );
        var elapsed = Stopwatch.GetElapsedTime(at).TotalSeconds;
        var all = taken.SelectMany(t => t).Order().ToArray();
        return (all, all.Length / elapsed);
    }

    private static async Task<string> LikeAsync(IDbContextFactory<ForumDb> databases, NpgsqlDataSource source, int post)
    {
        var like = new LikePost(new PostgresDbWriter<ForumDb>(databases, source), TimeProvider.System);
        await using var db = await databases.CreateDbContextAsync();
        var before = await db.Posts.Where(p => p.Id == post).Select(p => p.LikeCount).SingleAsync();
        var at = Stopwatch.GetTimestamp();
        // Every user twice, both at once.
        await Task.WhenAll(
            Enumerable
                .Range(0, 2 * Likers)
                .Select(i => Task.Run(() => like.LikeAsync(post, (ulong)(1_000_000 + (i % Likers)), default)))
        );
        var taken = Stopwatch.GetElapsedTime(at);
        var after = await db.Posts.Where(p => p.Id == post).Select(p => p.LikeCount).SingleAsync();
        var rows = await db.Likes.CountAsync(l => l.PostId == post && l.UserId >= 1_000_000 && l.Liked);
        var events = await db.Outbox.CountAsync();
        return FormattableString.Invariant(
            $"{2 * Likers} requests of {Likers} users at once in {taken.TotalMilliseconds:N0} ms: {rows} likes, counter +{after - before}, {events} events"
        );
    }

    private static async Task<string> AuditAsync(IDbContextFactory<ForumDb> databases)
    {
        var found = new List<string>();
        await foreach (var finding in new ForumAudit(databases).CheckAsync(default))
            found.Add($"{finding.Check}: {finding.Detail}");
        return found.Count == 0 ? "agrees with its rows" : $"{found.Count} differences, first: {found[0]}";
    }
}
