using System.Globalization;
using System.Text.RegularExpressions;

namespace SmartFlow.Tests.Architecture.Deploy;

/// <summary>
/// nginx.conf sends every route to the process of its module, as it comes and for as long as it takes.
/// </summary>
internal static partial class NginxRules
{
    public const string File = "nginx.conf";

    /// <summary>Who stands before the module of a route, and hands it on.</summary>
    private static readonly (string Route, string? Target)[] Fronts =
    [
        (SmartFlow.Gateway.Fallback.FrontChat.Path, "gateway"),
    ];

    public static IEnumerable<string> Problems(DeployFiles files)
    {
        var conf = files[File];
        var services = files.Yaml(ComposeRules.Compose)[0]["services"]!
            .AsObject()
            .ToDictionary(s => s.Key, s => s.Value!);
        var port = new Uri(services["gateway"]["environment"]!["SMARTFLOW_URLS"]!.GetValue<string>()).Port;
        var upstreams = Upstream()
            .Matches(conf)
            .ToDictionary(m => m.Groups[1].Value, m => Server().Matches(m.Value).ToArray());
        foreach (var (name, servers) in upstreams)
        {
            if (KnownProgram.Find(name) is not { } module)
            {
                yield return $"nginx: the upstream {name} is no module";
                continue;
            }
            if (
                !servers
                    .Select(s => s.Groups[1].Value)
                    .Order()
                    .SequenceEqual(ComposeRules.Hosts(services, module.Name).Order())
                || servers.Any(s => s.Groups[2].Value != $"{port}")
            )
                yield return $"nginx: the upstream {name} is not where compose has {module.Name}";
        }
        var locations = Locations(conf);
        foreach (var target in locations.Values.Where(t => !upstreams.ContainsKey(t)))
            yield return $"nginx: there is no upstream {target}";
        foreach (var problem in Routes("nginx", locations))
            yield return problem;
        foreach (
            var needed in new[]
            {
                "proxy_buffering off;",
                "proxy_set_header X-Forwarded-For $remote_addr;",
                "proxy_set_header X-Forwarded-Proto $scheme;",
                "proxy_http_version 1.1;",
            }
        )
            if (!conf.Contains(needed, StringComparison.Ordinal))
                yield return $"nginx: {needed} is missing";
        if (Megabytes(conf, @"\n  client_max_body_size (\d+)m;") < KnownProgram.Default("Web:MaxBodyBytes"))
            yield return "nginx: takes smaller bodies than Web:MaxBodyBytes";
        if (
            Megabytes(conf, @"location /v1 .*client_max_body_size (\d+)m;")
            < KnownProgram.Default("Gateway:MaxImageBodyBytes")
        )
            yield return "nginx: takes smaller bodies than Gateway:MaxImageBodyBytes";
        foreach (var waits in new[] { "/v1", "/api/v1/courses" })
            if (
                Number(conf, $@"location {waits} .*proxy_read_timeout (\d+)s;")
                <= KnownProgram.Default("Llm:Providers:N:TotalTimeoutSeconds")
            )
                yield return $"nginx: {waits} waits less long than for a provider";
        if (
            Number(conf, @"location /api/v1/agent .*proxy_read_timeout (\d+)s;")
            <= KnownProgram.Default("Agent:TurnTimeoutSeconds")
        )
            yield return "nginx: waits less long than a turn takes";
    }

    /// <summary>Every route of the program goes to the module that maps it; and every prefix is needed.</summary>
    public static IEnumerable<string> Routes(string where, IReadOnlyDictionary<string, string> locations)
    {
        foreach (var (module, routes) in KnownProgram.RoutesByModule)
        foreach (var route in routes)
            if (
                Target(locations, route) is var target
                && !module.Equals(target, StringComparison.OrdinalIgnoreCase)
                && !Fronts.Contains((route, target))
            )
                yield return $"{where}: {route} of {module} goes to {target ?? "nobody"}";
        foreach (var prefix in locations.Keys.Where(l => l != "/"))
            if (!KnownProgram.RoutesByModule.Values.SelectMany(r => r).Any(r => Longest(locations.Keys, r) == prefix))
                yield return $"{where}: no route begins with {prefix}";
    }

    public static Dictionary<string, string> Locations(string conf) =>
        Location().Matches(conf).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

    private static string? Target(IReadOnlyDictionary<string, string> locations, string route) =>
        Longest(locations.Keys, route) is { } prefix ? locations[prefix] : null;

    private static string? Longest(IEnumerable<string> prefixes, string route) =>
        prefixes
            .Where(p => p == "/" || route == p || route.StartsWith(p + "/", StringComparison.Ordinal))
            .MaxBy(p => p.Length);

    private static long Megabytes(string conf, string pattern) => Number(conf, pattern) * 1_024 * 1_024;

    private static long Number(string conf, string pattern) =>
        Regex.Match(conf, pattern) is { Success: true } found
            ? long.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture)
            : 0;

    [GeneratedRegex(@"upstream (\w+) \{[^}]+\}")]
    private static partial Regex Upstream();

    [GeneratedRegex(@"server ([\w-]+):(\d+)")]
    private static partial Regex Server();

    [GeneratedRegex(@"location (\S+) \{ proxy_pass http://([\w-]+);")]
    private static partial Regex Location();
}
