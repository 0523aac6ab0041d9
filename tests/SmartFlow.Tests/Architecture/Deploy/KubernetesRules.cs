using System.Text.Json.Nodes;

namespace SmartFlow.Tests.Architecture.Deploy;

/// <summary>
/// The manifests: every module with workload, service and disruption budget; names, ports, routes and settings exist.
/// </summary>
internal static class KubernetesRules
{
    private const string Folder = "kubernetes/";

    public static IEnumerable<string> Problems(DeployFiles files)
    {
        var listed = files.Yaml(Folder + "kustomization.yaml")[0]["resources"]!
            .AsArray()
            .Select(r => r!.GetValue<string>())
            .ToArray();
        var there = files
            .Paths.Where(p => p.StartsWith(Folder, StringComparison.Ordinal))
            .Select(p => p[Folder.Length..])
            .ToArray();
        foreach (
            var name in there.Except([
                .. listed,
                "kustomization.yaml",
                "common.yaml",
                "job.yaml",
                "config.yaml",
                "secret.example.yaml",
            ])
        )
            yield return $"kustomization: {name} is not listed";
        foreach (var name in listed.Except(there))
            yield return $"kustomization: there is no {name}";
        var objects = listed.Intersect(there).SelectMany(n => files.Yaml(Folder + n)).ToArray();
        var common = files.Yaml(Folder + "common.yaml")[0]["spec"]!["template"]!["spec"]!;
        var workloads = objects.Where(o => Kind(o) is "Deployment" or "StatefulSet").ToDictionary(Name);
        foreach (var module in KnownProgram.Modules)
        foreach (var problem in OfModule(module.Name.ToLowerInvariant(), objects, workloads))
            yield return problem;
        foreach (var problem in Common(common))
            yield return problem;
        foreach (var job in objects.Where(o => Kind(o) == "Job"))
        foreach (
            var problem in ComposeRules.OfWords($"job {Name(job)}", ComposeRules.Words(Container(job["spec"]!)["args"]))
        )
            yield return problem;
        foreach (var problem in Settings(files, common))
            yield return problem;
        foreach (var problem in Remotes(files, workloads))
            yield return problem;
        foreach (var problem in Routes(files, objects))
            yield return problem;
    }

    private static IEnumerable<string> OfModule(string name, JsonNode[] objects, Dictionary<string, JsonNode> workloads)
    {
        if (!workloads.TryGetValue(name, out var workload))
        {
            yield return $"kubernetes: nothing hosts {name}";
            yield break;
        }
        var labels = workload["spec"]!["template"]!["metadata"]!["labels"]!;
        foreach (
            var problem in ComposeRules.OfWords(
                $"kubernetes, {name}",
                ComposeRules.Words(Container(workload["spec"]!)["args"])
            )
        )
            yield return problem;
        if (ComposeRules.Words(Container(workload["spec"]!)["args"]) is not ["--modules", var hosted] || hosted != name)
            yield return $"kubernetes: {name} hosts something else";
        foreach (var kind in new[] { "Service", "PodDisruptionBudget" })
        {
            if (objects.FirstOrDefault(o => Kind(o) == kind && Name(o) == name) is not { } companion)
            {
                yield return $"kubernetes: {name} has no {kind}";
                continue;
            }
            var selector = companion["spec"]!["selector"]!;
            if (!JsonNode.DeepEquals(selector["matchLabels"] ?? selector, labels))
                yield return $"kubernetes: the {kind} of {name} selects other pods";
        }
        if (!JsonNode.DeepEquals(workload["spec"]!["selector"]!["matchLabels"], labels))
            yield return $"kubernetes: {name} selects other pods than its own";
        if (Kind(workload) != "StatefulSet")
            yield break;
        // Requests from outside go to ready pods alone, calls between modules to each by its name, which does not wait
        // for its readiness.
        if (Service(objects, name)?["clusterIP"] is not null)
            yield return $"kubernetes: the Service of {name} is no address of its own";
        if (
            workload["spec"]!["serviceName"]?.GetValue<string>() is not { } governing
            || governing != PodsOf(name)
            || Service(objects, governing) is not { } pods
            || pods["clusterIP"]?.GetValue<string>() != "None"
            || pods["publishNotReadyAddresses"]?.GetValue<string>() != "true"
            || !JsonNode.DeepEquals(pods["selector"], labels)
        )
            yield return $"kubernetes: {name} has no names for its pods";
    }

    private static string PodsOf(string name) => name + "-pods";

    private static JsonNode? Service(JsonNode[] objects, string name) =>
        objects.FirstOrDefault(o => Kind(o) == "Service" && Name(o) == name)?["spec"];

    private static IEnumerable<string> Common(JsonNode pod)
    {
        var container = pod["containers"]![0]!;
        foreach (
            var (probe, path) in new[]
            {
                ("readinessProbe", "/readyz"),
                ("livenessProbe", "/healthz"),
                ("startupProbe", "/healthz"),
            }
        )
            if (container[probe]?["httpGet"]?["path"]?.GetValue<string>() != path)
                yield return $"kubernetes: {probe} does not ask {path}";
        if (
            container["resources"]?["requests"]?["cpu"] is null
            || container["resources"]?["requests"]?["memory"] is null
        )
            yield return "kubernetes: no resources are requested";
        if (
            pod["securityContext"]?["runAsNonRoot"]?.GetValue<string>() != "true"
            || container["securityContext"]?["readOnlyRootFilesystem"]?.GetValue<string>() != "true"
        )
            yield return "kubernetes: a pod may be root or write its image";
        if (
            int.Parse(pod["terminationGracePeriodSeconds"]!.GetValue<string>(), null)
            <= KnownProgram.Default("Web:ShutdownSeconds")
        )
            yield return "kubernetes: pods are killed before they have shut down";
    }

    private static IEnumerable<string> Settings(DeployFiles files, JsonNode common)
    {
        foreach (var path in ComposeRules.Leaves(files.Yaml(Folder + "config.yaml")[0]))
            if (!KnownProgram.IsSetting(path))
                yield return $"kubernetes/config.yaml: {path} is no setting";
        var secret = files.Yaml(Folder + "secret.example.yaml")[0];
        foreach (var (name, value) in secret["stringData"]!.AsObject())
        {
            if (!KnownProgram.IsVariable(name))
                yield return $"kubernetes/secret: {name} is no setting";
            if (
                value!.GetValue<string>() is not ("" or "CHANGE-ME") and var text
                && !text.Contains("Password=CHANGE-ME;", StringComparison.Ordinal)
            )
                yield return $"kubernetes/secret: {name} looks like a secret";
        }
        JsonNode[] containers = [Container(files.Yaml(Folder + "job.yaml")[0]["spec"]!), common["containers"]![0]!];
        foreach (var container in containers)
        {
            foreach (var variable in container["env"]!.AsArray().Select(e => e!["name"]!.GetValue<string>()))
                if (!KnownProgram.IsVariable(variable))
                    yield return $"kubernetes: {variable} is no setting";
            if (container["envFrom"]![0]!["secretRef"]!["name"]!.GetValue<string>() != Name(secret))
                yield return "kubernetes: a container has no secrets";
        }
    }

    private static IEnumerable<string> Remotes(DeployFiles files, Dictionary<string, JsonNode> workloads)
    {
        var config = files.Yaml(Folder + "config.yaml")[0];
        var port = new Uri(config["Rpc"]!["Url"]!.GetValue<string>()).Port;
        var remotes = config["Remotes"]!.AsObject();
        foreach (
            var need in KnownProgram
                .Modules.SelectMany(m => m.Needs.Concat(m.Uses))
                .Distinct()
                .Where(n => !remotes.ContainsKey(n))
        )
            yield return $"kubernetes: Remotes:{need} is missing";
        foreach (var (module, addresses) in remotes)
        {
            var name = module.ToLowerInvariant();
            var replicas =
                workloads.TryGetValue(name, out var w) && Kind(w) == "StatefulSet"
                    ? int.Parse(w["spec"]!["replicas"]!.GetValue<string>(), null)
                    : 0;
            var pods = Enumerable.Range(0, replicas).Select(i => $"http://{name}-{i}.{PodsOf(name)}:{port}");
            if (string.Join(',', pods) != addresses!.GetValue<string>())
                yield return $"kubernetes: Remotes:{module} does not name the {replicas} pods of {name}";
        }
    }

    private static IEnumerable<string> Routes(DeployFiles files, JsonNode[] objects)
    {
        var paths = objects.Single(o => Kind(o) == "Ingress")["spec"]!["rules"]![0]!["http"]!["paths"]!
            .AsArray()
            .ToDictionary(
                p => p!["path"]!.GetValue<string>(),
                p => p!["backend"]!["service"]!["name"]!.GetValue<string>()
            );
        var services = objects.Where(o => Kind(o) == "Service").ToArray();
        foreach (
            var service in paths
                .Values.Distinct()
                .Where(s =>
                    !services.Any(o =>
                        Name(o) == s
                        && o["spec"]!["ports"]!.AsArray().Any(p => p!["name"]!.GetValue<string>() == "http")
                    )
                )
        )
            yield return $"kubernetes: the ingress names {service}, which is no service with a port http";
        foreach (var problem in NginxRules.Routes("ingress", paths))
            yield return problem;
        if (!paths.OrderBy(p => p.Key).SequenceEqual(NginxRules.Locations(files[NginxRules.File]).OrderBy(p => p.Key)))
            yield return "ingress: its routes are other than nginx.conf's";
    }

    private static JsonNode Container(JsonNode spec) => spec["template"]!["spec"]!["containers"]![0]!;

    private static string Kind(JsonNode o) => o["kind"]!.GetValue<string>();

    private static string Name(JsonNode o) => o["metadata"]!["name"]!.GetValue<string>();
}
