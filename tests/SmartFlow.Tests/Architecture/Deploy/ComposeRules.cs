using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace SmartFlow.Tests.Architecture.Deploy;

/// <summary>
/// What must hold of Dockerfile, docker-compose.yml, .env.example and the settings file of the split topology.
/// </summary>
internal static partial class ComposeRules
{
    public const string Compose = "docker-compose.yml";

    public static IEnumerable<string> Problems(DeployFiles files)
    {
        var services = files.Yaml(Compose)[0]["services"]!.AsObject();
        var ours = services
            .Where(s => s.Value!["image"]?.GetValue<string>() == "smartflow")
            .ToDictionary(s => s.Key, s => s.Value!);
        foreach (var problem in ours.SelectMany(s => OfOurs(s.Key, s.Value)))
            yield return problem;
        foreach (var module in KnownProgram.Modules)
            if (Hosts(ours, module.Name).Count() < (module.Name is "Llm" or "TokenStore" ? 2 : 1))
                yield return $"compose: too few services host {module.Name}";
        foreach (var (name, service) in services)
        foreach (var needed in service!["depends_on"]?.AsObject().Select(d => d.Key) ?? [])
            if (!services.ContainsKey(needed))
                yield return $"compose: {name} depends on {needed}, which is no service";
        foreach (var server in new[] { "postgres", "redis", "kafka", "nginx" })
            if (services[server]?["healthcheck"] is null)
                yield return $"compose: {server} has no health check";
        foreach (var job in new[] { "migrate", "topics" })
            if (
                ours.Any(s =>
                    s.Key is not ("migrate" or "topics")
                    && s.Value["depends_on"]?[job]?["condition"]?.GetValue<string>() != "service_completed_successfully"
                )
            )
                yield return $"compose: not every module waits for {job}";
        foreach (var problem in Remotes(files, ours))
            yield return problem;
        foreach (var problem in Variables(files))
            yield return problem;
        foreach (var problem in Image(files, ours))
            yield return problem;
        foreach (var path in Leaves(files.Yaml("config.example.yaml")[0]))
            if (!KnownProgram.IsSetting(path))
                yield return $"config.example.yaml: {path} is no setting";
    }

    /// <summary>The services whose process hosts the module.</summary>
    public static IEnumerable<string> Hosts(IReadOnlyDictionary<string, JsonNode> services, string module) =>
        services
            .Where(s =>
                Words(s.Value["command"]) is ["--modules", var hosted]
                && hosted.Split(',').Any(h => h.Equals(module, StringComparison.OrdinalIgnoreCase))
            )
            .Select(s => s.Key);

    public static string[] Words(JsonNode? command) =>
        command is JsonArray list ? [.. list.Select(w => w!.GetValue<string>())] : [];

    /// <summary>Every setting of a settings file, as Section:Key.</summary>
    public static IEnumerable<string> Leaves(JsonNode? node, string path = "") =>
        node switch
        {
            JsonObject map => map.SelectMany(p => Leaves(p.Value, path.Length == 0 ? p.Key : $"{path}:{p.Key}")),
            JsonArray list => list.SelectMany((n, i) => Leaves(n, $"{path}:{i}")),
            _ => [path],
        };

    /// <summary>Why these are not the words of a command or a choice of modules; empty: they are.</summary>
    public static IEnumerable<string> OfWords(string where, string[] words)
    {
        if (words is ["--modules", var modules])
        {
            foreach (var module in modules.Split(',').Where(m => KnownProgram.Find(m) is null))
                yield return $"{where}: there is no module {module}";
            yield break;
        }
        var said = string.Join(' ', words);
        if (!KnownProgram.Commands.Any(c => said == c || said.StartsWith(c + " ", StringComparison.Ordinal)))
            yield return $"{where}: there is no command {said}";
    }

    private static IEnumerable<string> OfOurs(string name, JsonNode service)
    {
        foreach (var problem in OfWords($"compose, {name}", Words(service["command"])))
            yield return problem;
        foreach (var variable in service["environment"]?.AsObject().Select(v => v.Key) ?? [])
            if (!KnownProgram.IsVariable(variable))
                yield return $"compose, {name}: {variable} is no setting";
        if (service["read_only"]?.GetValue<string>() != "true" || service["cap_drop"] is null)
            yield return $"compose, {name}: may write its image or has rights";
    }

    private static IEnumerable<string> Remotes(DeployFiles files, Dictionary<string, JsonNode> ours)
    {
        var settings = ours["gateway"]["environment"]!.AsObject();
        var port = new Uri(settings["SMARTFLOW_RPC_URL"]!.GetValue<string>()).Port;
        var example = files.Yaml("config.example.yaml")[0]["Remotes"]!.AsObject();
        var named = settings
            .Where(s => s.Key.StartsWith("Remotes__", StringComparison.Ordinal))
            .ToDictionary(s => s.Key["Remotes__".Length..], s => s.Value!.GetValue<string>());
        foreach (
            var need in KnownProgram
                .Modules.SelectMany(m => m.Needs.Concat(m.Uses))
                .Distinct()
                .Where(n => !named.ContainsKey(n))
        )
            yield return $"compose: Remotes__{need} is missing, which modules need";
        foreach (var (module, addresses) in named)
        {
            if (KnownProgram.Find(module)?.Contracts().Count is null or 0)
                yield return $"compose: {module} cannot be called from another process";
            var hosts = addresses.Split(',').Select(a => new Uri(a)).ToArray();
            if (
                hosts.Any(h => h.Port != port)
                || !hosts.Select(h => h.Host).Order().SequenceEqual(Hosts(ours, module).Order())
            )
                yield return $"compose: Remotes__{module} names {addresses}, and {module} runs on port {port} of {string.Join(", ", Hosts(ours, module))}";
            if (example[module]?.GetValue<string>() != addresses)
                yield return $"config.example.yaml: Remotes:{module} is another than compose's";
        }
    }

    /// <summary>Every ${NAME} stands in the example, and no secret has a value there.</summary>
    private static IEnumerable<string> Variables(DeployFiles files)
    {
        var example = files[".env.example"]
            .Split('\n')
            .Where(l => l.Contains('=') && l[0] != '#')
            .Select(l => l.Split('=', 2))
            .ToDictionary(l => l[0], l => l[1]);
        var used = Used().Matches(files[Compose]).Select(m => m.Groups[1].Value).Distinct().ToArray();
        foreach (var name in used.Except(example.Keys))
            yield return $".env.example: {name} is missing, which compose uses";
        foreach (var name in example.Keys.Except(used))
            yield return $".env.example: nobody uses {name}";
        foreach (var (name, value) in example)
            if (Secret().IsMatch(name) && value is not ("" or "CHANGE-ME"))
                yield return $".env.example: {name} looks like a secret";
    }

    private static IEnumerable<string> Image(DeployFiles files, Dictionary<string, JsonNode> ours)
    {
        var dockerfile = files["Dockerfile"];
        if (
            Health().Match(dockerfile) is not { Success: true } health
            || !KnownProgram.Commands.Contains(health.Groups[1].Value)
        )
            yield return "Dockerfile: its health check is no command of ours";
        if (!dockerfile.Contains("\nUSER $APP_UID\n", StringComparison.Ordinal))
            yield return "Dockerfile: it runs as root";
        var settings = ours["gateway"]["environment"]!.AsObject();
        foreach (var variable in new[] { "SMARTFLOW_URLS", "SMARTFLOW_RPC_URL" })
            if (
                !Regex.IsMatch(
                    dockerfile,
                    $@"^EXPOSE .*\b{new Uri(settings[variable]!.GetValue<string>()).Port}\b",
                    RegexOptions.Multiline
                )
            )
                yield return $"Dockerfile: the port of {variable} is not exposed";
        foreach (Match variable in Env().Matches(dockerfile))
        foreach (
            var name in variable
                .Groups[1]
                .Value.Split(' ')
                .Select(p => p.Split('=')[0])
                .Where(n => n != "SMARTFLOW_SKIP_WEB")
        )
            if (!KnownProgram.IsVariable(name))
                yield return $"Dockerfile: {name} is no setting";
        foreach (Match copy in Copy().Matches(dockerfile))
        foreach (var source in copy.Groups[1].Value.Split(' ')[..^1])
            if (!Path.Exists(Path.Combine(Repository.Root, source.TrimEnd('/'))))
                yield return $"Dockerfile: there is no {source}";
    }

    [GeneratedRegex(@"\$\{([A-Z_]+)[:}]")]
    private static partial Regex Used();

    [GeneratedRegex("KEY|TOKEN|PASSWORD|SECRET")]
    private static partial Regex Secret();

    [GeneratedRegex(@"HEALTHCHECK .*CMD \[""dotnet"", ""/app/smartflow\.dll"", ""([a-z ]+)""\]")]
    private static partial Regex Health();

    [GeneratedRegex(@"^ENV (.+)$", RegexOptions.Multiline)]
    private static partial Regex Env();

    [GeneratedRegex(@"^COPY (?!--)(.+)$", RegexOptions.Multiline)]
    private static partial Regex Copy();
}
