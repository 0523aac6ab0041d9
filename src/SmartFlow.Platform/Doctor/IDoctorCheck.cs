namespace SmartFlow.Platform.Doctor;

/// <summary>How bad a finding is.</summary>
public enum DoctorLevel
{
    Ok,

    /// <summary>It works, and somebody should look at it.</summary>
    Warning,

    /// <summary>Something that users need does not work.</summary>
    Error,
}

/// <summary>One thing that <c>smartflow doctor</c> found.</summary>
/// <param name="Level">How bad it is.</param>
/// <param name="Found">What is so, without secrets.</param>
/// <param name="ToDo">What an operator does about it; empty where nothing is to be done.</param>
public sealed record DoctorFinding(DoctorLevel Level, string Found, string ToDo = "")
{
    public static DoctorFinding Ok(string found) => new(DoctorLevel.Ok, found);

    public static DoctorFinding Warning(string found, string toDo) => new(DoctorLevel.Warning, found, toDo);

    public static DoctorFinding Error(string found, string toDo) => new(DoctorLevel.Error, found, toDo);
}

/// <summary>A part of <c>smartflow doctor</c>: read-only, safe beside a running host, and free of charge.</summary>
public interface IDoctorCheck
{
    /// <summary>What it looks at, in a word.</summary>
    string Name { get; }

    /// <summary>It is left out where the databases are not as they should be.</summary>
    bool ReadsDatabases => false;

    /// <summary>May throw what the thing that it looks at throws: that is an error too.</summary>
    IAsyncEnumerable<DoctorFinding> LookAsync(CancellationToken cancellationToken);
}
