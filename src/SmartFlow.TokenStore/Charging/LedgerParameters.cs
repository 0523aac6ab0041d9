using Npgsql;

namespace SmartFlow.TokenStore.Charging;

/// <summary>A batch's columns as PostgreSQL arrays.</summary>
internal static class LedgerParameters
{
    public static NpgsqlParameter<T[]> Each<TItem, T>(IReadOnlyCollection<TItem> items, Func<TItem, T> of)
    {
        var values = new T[items.Count];
        var i = 0;
        foreach (var item in items)
            values[i++] = of(item);
        return new NpgsqlParameter<T[]> { TypedValue = values };
    }

    public static NpgsqlParameter<long> Of(long value) => new() { TypedValue = value };

    public static void Add(this NpgsqlBatch batch, string sql, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var parameter in parameters)
            command.Parameters.Add(parameter);
        batch.BatchCommands.Add(command);
    }
}
