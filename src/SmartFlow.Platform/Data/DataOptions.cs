using System.ComponentModel.DataAnnotations;

namespace SmartFlow.Platform.Data;

/// <summary>Section <c>Data</c>.</summary>
public sealed class DataOptions
{
    /// <summary>The data folder; environment SMARTFLOW_DATA.</summary>
    [Required]
    public string Folder { get; set; } = "data";

    /// <summary>A PostgreSQL connection string; empty: SQLite files in the folder.</summary>
    public string ConnectionString { get; set; } = "";

    /// <summary>Jobs that may wait for a file's writer before new ones are refused.</summary>
    [Range(16, 1_000_000)]
    public int WriterQueueLimit { get; set; } = 8_192;

    /// <summary>Seconds that a statement may take on PostgreSQL.</summary>
    [Range(1, 600)]
    public int CommandTimeoutSeconds { get; set; } = 30;

    public bool UsesPostgres => ConnectionString.Length > 0;
}
