using System.Security.Cryptography;
using Microsoft.Data.Sqlite;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Platform.Data;

/// <summary>One file, one writer: what it promises to those who share it.</summary>
public sealed class SqliteWriterTests : IAsyncDisposable
{
    private const string Create = "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, text TEXT, bytes BLOB)";
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("smartflow-writer-");
    private readonly SqliteWriter writer;

    public SqliteWriterTests() => writer = new SqliteWriter(Path.Combine(folder.FullName, "test.db"), 8_192);

    private string Log => writer.File + "-wal";

    public async ValueTask DisposeAsync()
    {
        await writer.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Jobs_of_many_threads_see_each_others_work_and_lose_none()
    {
        await writer.RunAsync(sql => sql.Run(Create), Durability.PowerLoss);
        await writer.RunAsync(sql => sql.Run("INSERT INTO t (id, n) VALUES (1, 0)"), Durability.Process);

        await Task.WhenAll(
            Enumerable
                .Range(0, 16)
                .Select(thread =>
                    Task.Run(async () =>
                    {
                        for (var i = 0; i < 100; i++)
                            await writer.RunAsync(
                                sql =>
                                {
                                    long n;
                                    using (var row = sql.Query("SELECT n FROM t WHERE id = 1"))
                                    {
                                        row.Read().ShouldBeTrue();
                                        n = row.GetInt64(0);
                                    }
                                    return sql.Run("UPDATE t SET n = $2 WHERE id = $1", 1, n + 1);
                                },
                                (thread + i) % 3 == 0 ? Durability.PowerLoss : Durability.Process
                            );
                    })
                )
        );

        (await ReadAsync("SELECT n FROM t")).ShouldBe(1_600);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_job_that_fails_leaves_nothing_and_the_next_one_works(int durability)
    {
        await writer.RunAsync(sql => sql.Run(Create), Durability.PowerLoss);

        var failure = await Should.ThrowAsync<SqliteException>(() =>
            writer.RunAsync(
                sql => sql.Run("INSERT INTO t (id) VALUES (1)") + sql.Run("INSERT INTO t (id) VALUES (1)"),
                (Durability)durability
            )
        );

        failure.SqliteExtendedErrorCode.ShouldBe(SQLitePCL.raw.SQLITE_CONSTRAINT_PRIMARYKEY);
        await writer.RunAsync(sql => sql.Run("INSERT INTO t (id) VALUES (7)"), (Durability)durability);
        (await ReadAsync("SELECT sum(id) FROM t")).ShouldBe(7);
    }

    [Fact]
    public async Task A_durable_job_whose_log_cannot_be_flushed_fails_and_one_that_needs_no_flush_does_not()
    {
        await writer.RunAsync(sql => sql.Run(Create), Durability.Process);
        File.Move(Log, Log + ".gone");

        await Should.ThrowAsync<IOException>(() =>
            writer.RunAsync(sql => sql.Run("INSERT INTO t (id) VALUES (1)"), Durability.PowerLoss)
        );

        await writer.RunAsync(sql => sql.Run("INSERT INTO t (id) VALUES (2)"), Durability.Process);
        File.Move(Log + ".gone", Log);
        await writer.RunAsync(sql => sql.Run("INSERT INTO t (id) VALUES (3)"), Durability.PowerLoss);
        (await ReadAsync("SELECT count(*) FROM t")).ShouldBe(3);
    }

    [Fact]
    public async Task What_is_visible_and_waits_for_a_flush_has_had_it_when_all_is_flushed()
    {
        await writer.RunAsync(sql => sql.Run(Create), Durability.PowerLoss);
        var durable = Enumerable
            .Range(1, 50)
            .Select(id => writer.RunAsync(sql => sql.Run("INSERT INTO t (id) VALUES ($1)", id), Durability.PowerLoss))
            .ToArray();

        (await ReadAsync("SELECT count(*) FROM t")).ShouldBe(50);

        await writer.FlushedAsync();

        durable.ShouldAllBe(d => d.IsCompletedSuccessfully);
    }

    /// <summary>
    /// The device of the log is replaced by one that cannot be flushed, and put right again: that mends nothing.
    /// </summary>
    [Fact]
    public async Task After_a_flush_that_failed_nothing_is_taken_any_more()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "fdatasync");
        await writer.RunAsync(sql => sql.Run(Create), Durability.Process);
        File.Move(Log, Log + ".kept");
        File.CreateSymbolicLink(Log, "/dev/null");
        await Should.ThrowAsync<NotFlushedException>(() => InsertAsync(1));
        File.Delete(Log);
        File.Move(Log + ".kept", Log);

        (await Should.ThrowAsync<RefusedException>(() => InsertAsync(2))).Code.ShouldBe(ErrorCodes.Unavailable);
        await Should.ThrowAsync<NotFlushedException>(() => writer.FlushedAsync());
        writer.Failure.ShouldBeOfType<NotFlushedException>();

        Task<int> InsertAsync(int id) =>
            writer.RunAsync(
                sql => sql.Run("INSERT INTO t (id, bytes) VALUES ($1, $2)", id, new byte[] { 1 }),
                Durability.PowerLoss
            );
    }

    [Fact]
    public async Task The_log_is_moved_into_the_file_and_begun_anew()
    {
        await writer.RunAsync(sql => sql.Run(Create), Durability.PowerLoss);
        const int written = 160;
        for (var i = 1; i <= written; i++)
            await writer.RunAsync(
                sql =>
                    sql.Run(
                        "INSERT INTO t (id, bytes) VALUES ($1, $2)",
                        i,
                        RandomNumberGenerator.GetBytes(1024 * 1024)
                    ),
                Durability.Process
            );

        new FileInfo(Log).Length.ShouldBeLessThan(written * 1024L * 1024 * 3 / 4);
        (await ReadAsync("SELECT count(*) FROM t")).ShouldBe(written);
    }

    [Fact]
    public async Task Values_come_back_as_they_were_whatever_the_order_of_their_names()
    {
        await writer.RunAsync(sql => sql.Run(Create), Durability.PowerLoss);
        string?[] texts = ["", "plain", "第一周 📚", new('x', 5_000), null];
        byte[]?[] bytes =
        [
            [],
            [0],
            [1, 0, 255],
            new byte[5_000],
            null,
        ];
        for (var i = 0; i < texts.Length; i++)
        {
            var (text, content) = (texts[i], bytes[i]);
            var id = await writer.RunAsync(
                sql => sql.Insert("INSERT INTO t (bytes, text, n) VALUES ($3, $2, $1)", long.MinValue, text, content),
                Durability.Process
            );
            (
                await writer.RunAsync(
                    sql =>
                    {
                        using var row = sql.Query("SELECT n, text, bytes FROM t WHERE id = $1", id);
                        row.Read().ShouldBeTrue();
                        row.GetInt64(0).ShouldBe(long.MinValue);
                        row.IsDBNull(1).ShouldBe(text is null);
                        if (text is not null)
                            row.GetString(1).ShouldBe(text);
                        row.IsDBNull(2).ShouldBe(content is null);
                        if (content is not null)
                            ((byte[])row.GetValue(2)).ShouldBe(content);
                        return row.Read();
                    },
                    Durability.Process
                )
            ).ShouldBeFalse();
        }
        (
            await writer.RunAsync(
                sql => sql.Insert("INSERT INTO t (id) VALUES ($1) ON CONFLICT DO NOTHING", 1),
                Durability.Process
            )
        ).ShouldBeNull();
    }

    private Task<long> ReadAsync(string query) =>
        writer.RunAsync(
            sql =>
            {
                using var row = sql.Query(query);
                row.Read().ShouldBeTrue();
                return row.GetInt64(0);
            },
            Durability.Process
        );
}
