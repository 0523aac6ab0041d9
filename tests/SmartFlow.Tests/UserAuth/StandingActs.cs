using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;

namespace SmartFlow.Tests.UserAuth;

/// <summary>How operators stop somebody: where, with which reason, and by command.</summary>
internal static class StandingActs
{
    public const string Users = "/api/v1/admin/users";

    public static readonly object Because = new { reason = "abuse of the provider" };

    public static Task<int> RunAsync(SmartFlowApp app, string verb, params string[] arguments) =>
        app
            .Services.GetServices<ICommand>()
            .Single(c => c.Name == "user " + verb)
            .RunAsync(arguments, TextWriter.Null, default);
}
