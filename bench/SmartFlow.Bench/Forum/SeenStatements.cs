using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Npgsql;

namespace SmartFlow.Bench.Forum;

/// <summary>Notes the statements that a view sends, so that the server can be asked for their plans.</summary>
internal sealed class SeenStatements : DbCommandInterceptor
{
    private readonly List<(string Sql, (string Name, object? Value)[] Parameters)> seen = [];
    private bool noting;

    public override ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command,
        CommandEventData eventData,
        InterceptionResult<DbDataReader> result,
        CancellationToken cancellationToken = default
    )
    {
        if (noting)
            seen.Add(
                (
                    command.CommandText,
                    [.. command.Parameters.Cast<DbParameter>().Select(p => (p.ParameterName, p.Value))]
                )
            );
        return base.ReaderExecutingAsync(command, eventData, result, cancellationToken);
    }

    /// <returns>Of each statement its text and its plan as executed.</returns>
    public async Task<IReadOnlyList<(string Sql, string Plan)>> ExplainAsync(NpgsqlDataSource source, Func<Task> view)
    {
        seen.Clear();
        noting = true;
        await view();
        noting = false;
        var plans = new List<(string, string)>();
        await using var connection = await source.OpenConnectionAsync();
        foreach (var (sql, parameters) in seen.ToArray())
        {
            await using var command = new NpgsqlCommand(
                "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, SUMMARY OFF) " + sql,
                connection
            );
            foreach (var (name, value) in parameters)
                command.Parameters.AddWithValue(name, value ?? DBNull.Value);
            var lines = new List<string>();
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                lines.Add(reader.GetString(0));
            plans.Add((sql, string.Join('\n', lines)));
        }
        return plans;
    }
}
