using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartFlow.Platform.Rpc;

namespace SmartFlow.Platform;

/// <summary>One row of the Host's module table.</summary>
/// <param name="Name">One word everywhere: project, folder, configuration, topic, web folder.</param>
/// <param name="Add">Registers the module's services.</param>
/// <param name="Map">Maps the module's endpoints.</param>
/// <param name="Needs">Modules that must be hosted here or configured under <c>Remotes</c>.</param>
public sealed record Module(
    string Name,
    Action<IHostApplicationBuilder> Add,
    Action<IEndpointRouteBuilder> Map,
    params string[] Needs
)
{
    /// <summary>
    /// Modules that it does without: where they are neither hosted here nor configured, what they say is refused as
    /// unavailable, and they are not missed while they are out of reach.
    /// </summary>
    public IReadOnlyList<string> Uses { get; init; } = [];

    /// <summary>What other modules may call: served where the module is hosted, proxies where it is not.</summary>
    public Func<IReadOnlyList<RpcContract>> Contracts { get; init; } = () => [];

    /// <summary>Registers what stands before the proxies where the module is remote.</summary>
    public Action<IServiceCollection> AddRemote { get; init; } = _ => { };
}

/// <summary>A command of the program, e.g. <c>smartflow reconcile</c>.</summary>
public interface ICommand
{
    /// <summary>The words that select it, e.g. "user grant-role".</summary>
    string Name { get; }

    /// <summary>What follows the words, for the help text.</summary>
    string Usage { get; }

    /// <summary>It changes data: the data folder is locked and migrated first.</summary>
    bool Writes { get; }

    /// <returns>The exit code.</returns>
    Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, CancellationToken cancellationToken);
}

/// <summary>
/// A named scenario of starter data; <c>smartflow seed NAME</c>. Running it twice changes nothing more.
/// </summary>
public interface ISeedScenario
{
    string Name { get; }

    /// <summary>Scenarios run in ascending order within a name: users first, then what belongs to them.</summary>
    int Order { get; }

    Task SeedAsync(CancellationToken cancellationToken);
}

/// <summary>A check of <c>smartflow reconcile</c>: read-only, safe beside a running host.</summary>
public interface IReconciliation
{
    string Name { get; }

    IAsyncEnumerable<Finding> CheckAsync(CancellationToken cancellationToken);

    /// <summary>How far the last run came, where that says something; for the report.</summary>
    string Note => "";
}

/// <param name="Check">The identity that was checked.</param>
/// <param name="Detail">The account or call and the numbers.</param>
/// <param name="Pending">Younger than the oldest undelivered charge: no difference yet.</param>
/// <param name="AccountId">The account; 0 where it is none or all of them.</param>
/// <param name="Seq">The first ledger sequence of the account that differs; 0 where it is none.</param>
public sealed record Finding(string Check, string Detail, bool Pending = false, long AccountId = 0, long Seq = 0);
