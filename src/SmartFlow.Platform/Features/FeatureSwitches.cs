using System.Collections.Frozen;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Features;

/// <summary>Where the switches are kept.</summary>
public interface IFeatureDirectory
{
    /// <summary>Those that an operator has set, by name.</summary>
    Task<IReadOnlyDictionary<string, bool>> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>
/// How the switches stand, as this process saw them a moment ago; asking costs nothing. Where the directory is away the
/// last look counts, and before the first one, or where there is no directory, the configuration.
/// </summary>
public sealed partial class FeatureSwitches(
    IServiceProvider services,
    IOptions<FeatureOptions> options,
    ILogger<FeatureSwitches> logger
) : BackgroundService
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(2);
    private volatile FrozenDictionary<string, bool> set = FrozenDictionary<string, bool>.Empty;
    private bool away;

    /// <summary>Whether a feature is on.</summary>
    public bool IsOn(string name) => set.TryGetValue(name, out var on) ? on : options.Value.Of(name);

    /// <summary>Whether the configuration has it on.</summary>
    public bool Default(string name) => options.Value.Of(name);

    /// <summary>All of them.</summary>
    public IReadOnlyDictionary<string, bool> All() => Feature.All.ToDictionary(n => n, IsOn);

    /// <exception cref="RefusedException">feature_off.</exception>
    public void Require(string name)
    {
        if (!IsOn(name))
            throw Off(name);
    }

    /// <summary>What is said where a feature is off.</summary>
    public static RefusedException Off(string name) =>
        new(
            ErrorCodes.FeatureOff,
            "The operators of this installation have switched this off.",
            extensions: new Dictionary<string, object?> { ["feature"] = name }
        );

    /// <summary>Looks now; what fails leaves everything as it was.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        if (services.GetService<IFeatureDirectory>() is not { } directory)
            return;
        try
        {
            var found = await directory.ReadAsync(cancellationToken);
            // A name of another version says nothing here.
            set = found.Where(f => Feature.Exists(f.Key)).ToFrozenDictionary(StringComparer.Ordinal);
            away = false;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (!away)
                Log.Away(logger, e.Message);
            away = true;
        }
    }

    /// <inheritdoc />
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // What is off stays off over a restart; a directory that does not answer does not hold the start up.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(FirstLook);
        try
        {
            await RefreshAsync(patience.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Patience is over: also what the directory says of that, as that nobody answers there, stops no start.
            Log.Away(logger, e is OperationCanceledException ? "no answer yet" : e.Message);
        }
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (services.GetService<IFeatureDirectory>() is null)
            return;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(options.Value.RefreshSeconds));
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await RefreshAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The feature switches could not be read ({Reason}); the last look counts")]
        public static partial void Away(ILogger logger, string reason);
    }
}
