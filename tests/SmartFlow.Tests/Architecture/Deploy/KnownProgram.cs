using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;
using SmartFlow.Platform.Web;
using SmartFlow.Tests.Platform.Settings;

namespace SmartFlow.Tests.Architecture.Deploy;

/// <summary>What a deployment may name, read from the code.</summary>
internal static class KnownProgram
{
    private static readonly Lazy<string[]> Words = new(() =>
        With(m => m, s => s.GetServices<ICommand>().Select(c => c.Name).ToArray())
    );
    private static readonly Lazy<Setting[]> Settings = new(() =>
        [.. SettingsReference.Read().SelectMany(s => s.Settings)]
    );

    private static readonly Lazy<Dictionary<string, string[]>> Mapped = new(() =>
    {
        var platform = Routes(_ => false);
        return SmartFlow.Host.Modules.All.ToDictionary(
            m => m.Name,
            m => Routes(n => n == m.Name).Except(platform).ToArray()
        );
    });

    public static IReadOnlyList<Module> Modules => SmartFlow.Host.Modules.All;

    /// <summary>E.g. "topics create".</summary>
    public static IReadOnlyList<string> Commands => Words.Value;

    /// <summary>The routes that each module maps, beside those that every process has.</summary>
    public static IReadOnlyDictionary<string, string[]> RoutesByModule => Mapped.Value;

    public static Module? Find(string name) =>
        Modules.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether an environment variable of this name is a setting.</summary>
    public static bool IsVariable(string name) =>
        name is "SMARTFLOW_CONFIG" or "ASPNETCORE_ENVIRONMENT"
        || PlatformRegistration.ShortNames.Any(s => s.Variable == name)
        || (
            name.Contains("__", StringComparison.Ordinal)
            && IsSetting(name.Replace("__", ":", StringComparison.Ordinal))
        );

    public static bool IsSetting(string path) =>
        Settings.Value.Any(s => s.Path.Count(c => c == ':') == path.Count(c => c == ':') && s.Fits(path));

    /// <summary>The default of a setting, e.g. Web:MaxBodyBytes.</summary>
    public static long Default(string path) =>
        Convert.ToInt64(
            Settings.Value.Single(s => s.Path == path).Default,
            System.Globalization.CultureInfo.InvariantCulture
        );

    private static string[] Routes(Func<string, bool> maps) =>
        With(
            m => maps(m.Name) ? m : m with { Map = _ => { } },
            s =>
                s.GetServices<EndpointDataSource>()
                    .SelectMany(d => d.Endpoints)
                    .OfType<RouteEndpoint>()
                    .Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/'))
                    .Distinct()
                    .ToArray()
        );

    private static T With<T>(Func<Module, Module> change, Func<IServiceProvider, T> ask)
    {
        var (app, _, folder, _) = SmartFlowApp.Build(s => s.Modules = [.. Modules.Select(change)]);
        using (app)
        {
            var routes = ((IEndpointRouteBuilder)app).DataSources;
            var answer = ask(new WithRoutes(app.Services, routes));
            TestFolders.Delete(folder);
            return answer;
        }
    }

    /// <summary>A host that was not started has its routes only in its own list.</summary>
    private sealed class WithRoutes(IServiceProvider inner, ICollection<EndpointDataSource> routes) : IServiceProvider
    {
        public object? GetService(Type serviceType) =>
            serviceType == typeof(IEnumerable<EndpointDataSource>) ? routes : inner.GetService(serviceType);
    }
}
