using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Features;

namespace SmartFlow.Tests.Platform.Features;

public sealed class FeatureSwitchesTests
{
    /// <summary>
    /// A process of the users that starts at the same time says so only when nobody waits for it any more.
    /// </summary>
    [Fact]
    public async Task A_directory_that_refuses_when_patience_ends_does_not_stop_the_start()
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
            s.Services = services => services.AddSingleton<IFeatureDirectory, Late>()
        );
        app.Services.GetRequiredService<FeatureSwitches>().IsOn(Feature.Plaza).ShouldBeTrue();
    }

    private sealed class Late : IFeatureDirectory
    {
        public async Task<IReadOnlyDictionary<string, bool>> ReadAsync(CancellationToken cancellationToken)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new RefusedException(ErrorCodes.Unavailable, "UserAuth is out of reach.");
        }
    }
}
