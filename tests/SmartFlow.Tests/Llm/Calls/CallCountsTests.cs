using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Llm;
using SmartFlow.Tests.Gateway;

namespace SmartFlow.Tests.Llm.Calls;

/// <summary>
/// What a plain call costs of what can be counted, one after the other so that nothing shares a commit. Times would say
/// more and hold nowhere else. Memory and commands are those of the whole process, so these run alone; what the program
/// writes of itself is in the room that each bound leaves, which one more of a call is not.
/// </summary>
[Collection(nameof(CallCountsTests))]
[CollectionDefinition(nameof(CallCountsTests), DisableParallelization = true)]
public sealed class CallCountsTests(PostgresServer postgres)
{
    private const int Calls = 100;

    /// <summary>
    /// The journal's start, sent mark and end with its event, whose removal shares a commit where it can; the hold and
    /// the charge.
    /// </summary>
    [Fact]
    public async Task On_SQLite_it_takes_six_commits()
    {
        await using var f = await CallFixture.StartAsync();
        await CallAsync(f, "warm");
        var (journal, ledger) = (Commits(f.App, "llm"), Commits(f.App, "tokenstore"));
        await CallAsync(f, "counted");
        ((double)(Commits(f.App, "llm") - journal) / Calls).ShouldBeInRange(3, 4.5);
        ((double)(Commits(f.App, "tokenstore") - ledger) / Calls).ShouldBeInRange(1.5, 2.5);
    }

    [Fact]
    public async Task On_PostgreSQL_it_takes_eight_commands()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var f = await CallFixture.StartAsync(setup => setup.Settings["Data:ConnectionString"] = database);
        await CallAsync(f, "warm");
        var commands = 0;
        using var meters = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Meter.Name: "Npgsql", Name: "db.client.operation.duration" })
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        meters.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref commands));
        meters.Start();
        // What the program does of itself meanwhile is as much as in a time without calls.
        var began = TimeProvider.System.GetTimestamp();
        await Task.Delay(2_000);
        var idle = Interlocked.Exchange(ref commands, 0) / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        began = TimeProvider.System.GetTimestamp();
        await CallAsync(f, "counted");
        var own = commands - (idle * TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        (own / Calls).ShouldBeInRange(5, 8.5);
    }

    [Fact]
    public async Task It_allocates_no_more_than_it_did()
    {
        await using var f = await CallFixture.StartAsync();
        await CallAsync(f, "warm");
        var before = GC.GetTotalAllocatedBytes();
        await CallAsync(f, "counted");
        // The client's and the provider's are in it.
        ((GC.GetTotalAllocatedBytes() - before) / 1024 / Calls).ShouldBeLessThan(100);
    }

    private static async Task CallAsync(CallFixture f, string name)
    {
        for (var i = 0; i < Calls; i++)
            (await f.User.ChatAsync(GatewayClient.Chat("hi", CallFixture.Model), $"{name}-{i}")).ShouldBe(
                HttpStatusCode.OK
            );
        var databases = f.App.Services.GetRequiredService<IDbContextFactory<LlmDb>>();
        await Eventually.IsTrueAsync(
            async () =>
            {
                await using var db = await databases.CreateDbContextAsync();
                return !await db.Outbox.AnyAsync();
            },
            "every charge is settled"
        );
    }

    /// <summary>The log's frames that end a transaction. It is too short here to be begun anew.</summary>
    private static int Commits(SmartFlowApp app, string database)
    {
        using var log = new FileStream(
            Path.Combine(app.DataFolder, database + ".db-wal"),
            FileMode.Open,
            FileAccess.Read,
            FileShare.ReadWrite
        );
        var header = new byte[32];
        log.ReadExactly(header);
        var page = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(8));
        var frame = new byte[24 + page];
        var commits = 0;
        while (
            log.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length
            && frame.AsSpan(8, 8).SequenceEqual(header.AsSpan(16, 8))
        )
            if (BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(4)) != 0)
                commits++;
        return commits;
    }
}
