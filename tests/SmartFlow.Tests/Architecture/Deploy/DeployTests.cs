using System.Diagnostics;
using System.Text.RegularExpressions;
using SmartFlow.Platform.Commands;

namespace SmartFlow.Tests.Architecture.Deploy;

/// <summary>
/// What stands in deploy/ is read against the code: every module, command, setting, port, route and file that it names
/// exists, and nothing that a deployment needs is missing. Each rule is shown to find a planted error.
/// </summary>
public sealed class DeployTests
{
    private static readonly DeployFiles Files = DeployFiles.Read();

    [Fact]
    public void Everything_that_a_deployment_names_exists() => Problems(Files).ShouldBeEmpty();

    [Theory]
    [InlineData("docker-compose.yml", "[--modules, planner]", "[--modules, plannner]", "there is no module plannner")]
    [InlineData(
        "docker-compose.yml",
        "command: [--modules, forum]",
        "command: [--modules, memory]",
        "too few services host Forum"
    )]
    [InlineData("docker-compose.yml", "command: [migrate]", "command: [migrat]", "there is no command migrat")]
    [InlineData(
        "docker-compose.yml",
        "command: [topics, create,",
        "command: [topics, make,",
        "there is no command topics make"
    )]
    [InlineData("docker-compose.yml", "Auth__SigningKey:", "Auth__SignKey:", "Auth__SignKey is no setting")]
    [InlineData(
        "docker-compose.yml",
        "Bus__Kafka__BootstrapServers:",
        "Bus__Kafka__Brokers:",
        "Bus__Kafka__Brokers is no setting"
    )]
    [InlineData(
        "docker-compose.yml",
        "Remotes__Planner: http",
        "Remotes__Gateway: http",
        "Remotes__Planner is missing"
    )]
    [InlineData(
        "docker-compose.yml",
        "Remotes__Planner: http://planner:5090",
        "Remotes__Planner: http://planner:5080",
        "Planner runs on port 5090"
    )]
    [InlineData("docker-compose.yml", "llm-1:5090,http://llm-2", "llm-1:5090,http://llm-3", "Remotes__Llm names")]
    [InlineData(
        "docker-compose.yml",
        "    redis: { condition: service_healthy }",
        "    rediss: { condition: service_healthy }",
        "which is no service"
    )]
    [InlineData(
        "docker-compose.yml",
        "    topics: { condition: service_completed_successfully }",
        "    topics: { condition: service_started }",
        "waits for topics"
    )]
    [InlineData(
        "docker-compose.yml",
        "    healthcheck:\n      test: [CMD, redis-cli, ping]\n      interval: 5s\n      timeout: 3s\n      retries: 20\n",
        "",
        "redis has no health check"
    )]
    [InlineData("docker-compose.yml", "  cap_drop: [ALL]", "", "has rights")]
    [InlineData("docker-compose.yml", "${RPC_TOKEN:?", "${RPC_SECRET:?", "RPC_SECRET is missing")]
    [InlineData(".env.example", "SECURE=false", "SECURE=false\nMORE=1", "nobody uses MORE")]
    [InlineData(".env.example", "SIGNING_KEY=CHANGE-ME", "SIGNING_KEY=abc", "SIGNING_KEY looks like a secret")]
    [InlineData("config.example.yaml", "BootstrapServers:", "Bootstrap:", "Bus:Kafka:Bootstrap is no setting")]
    [InlineData(
        "config.example.yaml",
        "Llm: http://llm-1:5090,http://llm-2:5090",
        "Llm: http://llm-1:5090",
        "Remotes:Llm is another"
    )]
    [InlineData("Dockerfile", "\"ready\"]", "\"reddy\"]", "health check is no command")]
    [InlineData("Dockerfile", "USER $APP_UID", "USER root", "runs as root")]
    [InlineData("Dockerfile", "EXPOSE 5080 5090", "EXPOSE 5080", "SMARTFLOW_RPC_URL is not exposed")]
    [InlineData("Dockerfile", "ENV SMARTFLOW_DATA", "ENV SMARTFLOW_FOLDER", "SMARTFLOW_FOLDER is no setting")]
    [InlineData("Dockerfile", "COPY proto/", "COPY protos/", "there is no protos/")]
    [InlineData("nginx.conf", "upstream forum {", "upstream plaza {", "the upstream plaza is no module")]
    [InlineData("nginx.conf", "server forum:5080", "server forum:5090", "not where compose has Forum")]
    [InlineData(
        "nginx.conf",
        "server tokenstore-2:5080 max_fails=2 fail_timeout=5s;",
        "",
        "not where compose has TokenStore"
    )]
    [InlineData(
        "nginx.conf",
        "location /api/v1/notifications { proxy_pass http://notification; }",
        "",
        "of Notification goes to gateway"
    )]
    [InlineData(
        "nginx.conf",
        "location /api/v1/agent/chat { proxy_pass http://gateway;",
        "location /api/v1/agent/chat { proxy_pass http://forum;",
        "of Agent goes to forum"
    )]
    [InlineData("nginx.conf", "location /api/v1/tasks {", "location /api/v1/task {", "of Planner goes to gateway")]
    [InlineData(
        "nginx.conf",
        "location /api/v1/limits {",
        "location /api/v1/limit {",
        "no route begins with /api/v1/limit"
    )]
    [InlineData("nginx.conf", "proxy_buffering off;", "", "proxy_buffering off; is missing")]
    [InlineData(
        "nginx.conf",
        "X-Forwarded-For $remote_addr",
        "X-Forwarded-For $proxy_add_x_forwarded_for",
        "X-Forwarded-For $remote_addr; is missing"
    )]
    [InlineData("nginx.conf", "client_max_body_size 8m;", "client_max_body_size 1m;", "Web:MaxBodyBytes")]
    [InlineData("nginx.conf", "client_max_body_size 32m;", "", "Gateway:MaxImageBodyBytes")]
    [InlineData("nginx.conf", "proxy_read_timeout 660s;", "proxy_read_timeout 60s;", "less long than for a provider")]
    [InlineData("nginx.conf", "proxy_read_timeout 200s;", "", "than a turn takes")]
    [InlineData(
        "kubernetes/llm.yaml",
        "args: [--modules, llm]",
        "args: [--modules, planner]",
        "llm hosts something else"
    )]
    [InlineData(
        "kubernetes/forum.yaml",
        "kind: PodDisruptionBudget",
        "kind: PodDisruption",
        "forum has no PodDisruptionBudget"
    )]
    [InlineData(
        "kubernetes/forum.yaml",
        "  selector: { module: forum }",
        "  selector: { module: plaza }",
        "the Service of forum selects other pods"
    )]
    [InlineData("kubernetes/kustomization.yaml", "  - forum.yaml\n", "", "forum.yaml is not listed")]
    [InlineData("kubernetes/kustomization.yaml", "  - forum.yaml\n", "  - plaza.yaml\n", "there is no plaza.yaml")]
    [InlineData("kubernetes/common.yaml", "path: /readyz", "path: /ready", "readinessProbe does not ask /readyz")]
    [InlineData(
        "kubernetes/common.yaml",
        "requests: { cpu: 250m, memory: 384Mi }",
        "requests: { cpu: 250m }",
        "no resources are requested"
    )]
    [InlineData("kubernetes/common.yaml", "runAsNonRoot: true", "runAsNonRoot: false", "may be root")]
    [InlineData(
        "kubernetes/common.yaml",
        "terminationGracePeriodSeconds: 45",
        "terminationGracePeriodSeconds: 30",
        "killed before"
    )]
    [InlineData(
        "kubernetes/common.yaml",
        "name: SMARTFLOW_CONFIG",
        "name: SMARTFLOW_CONF",
        "SMARTFLOW_CONF is no setting"
    )]
    [InlineData("kubernetes/config.yaml", "ShutdownSeconds:", "ShutdownSecond:", "Web:ShutdownSecond is no setting")]
    [InlineData("kubernetes/config.yaml", ",http://llm-1.llm-pods:5090", "", "does not name the 2 pods of llm")]
    [InlineData("kubernetes/llm.yaml", "serviceName: llm-pods", "serviceName: llm", "llm has no names for its pods")]
    [InlineData("kubernetes/llm.yaml", "  publishNotReadyAddresses: true\n", "", "llm has no names for its pods")]
    [InlineData("kubernetes/llm.yaml", "  clusterIP: None\n", "", "llm has no names for its pods")]
    [InlineData(
        "kubernetes/llm.yaml",
        "  name: llm\nspec:\n  selector",
        "  name: llm\nspec:\n  clusterIP: None\n  selector",
        "no address of its own"
    )]
    [InlineData(
        "kubernetes/job.yaml",
        "name: SMARTFLOW_CONFIG",
        "name: SMARTFLOW_CONF",
        "SMARTFLOW_CONF is no setting"
    )]
    [InlineData("kubernetes/jobs.yaml", "args: [migrate]", "args: [migrat]", "there is no command migrat")]
    [InlineData(
        "kubernetes/secret.example.yaml",
        "SMARTFLOW_RPC_TOKEN: CHANGE-ME",
        "SMARTFLOW_RPC_TOKEN: abc",
        "SMARTFLOW_RPC_TOKEN looks like a secret"
    )]
    [InlineData(
        "kubernetes/ingress.yaml",
        "path: /api/v1/tasks,",
        "path: /api/v1/task,",
        "ingress: its routes are other"
    )]
    [InlineData("dev.sh", "planner:planner", "planner:plannner", "there is no module plannner")]
    [InlineData("dev.sh", " tokenstore-2:tokenstore", "", "too few processes host TokenStore")]
    [InlineData("dev.sh", "\"$program\" seed starter", "\"$program\" sed starter", "there is no command sed starter")]
    [InlineData("dev.sh", "export Auth__SigningKey", "export Auth__SignKey", "Auth__SignKey is no setting")]
    [InlineData("dev.ps1", "'forum:forum'", "'plaza:forum'", "start other processes")]
    [InlineData("dev.ps1", "@('topics', 'create')", "@('topics', 'make')", "there is no command topics make")]
    public void A_planted_error_is_found(string file, string old, string changed, string problem) =>
        Problems(Files.With(file, old, changed)).ShouldContain(p => p.Contains(problem, StringComparison.Ordinal));

    /// <summary>The real nginx reads it, with addresses that this machine can resolve.</summary>
    [Fact]
    public async Task Nginx_takes_the_file()
    {
        var folder = TestFolders.New();
        var conf = Path.Combine(folder, "nginx.conf");
        var text = Regex.Replace(Files[NginxRules.File], @"server [\w-]+:5080", "server 127.0.0.1:5080");
        await File.WriteAllTextAsync(
            conf,
            text.Replace(
                "worker_processes auto;",
                $"worker_processes 1; pid {folder}/nginx.pid;",
                StringComparison.Ordinal
            )
        );
        var (code, output) = await RunAsync(Nginx(), "-t", "-e", "stderr", "-p", folder, "-c", conf);
        code.ShouldBe(0, output);
        TestFolders.Delete(folder);
    }

    [Theory]
    [InlineData("dev.sh")]
    [InlineData("../tests/fixtures/upgrade/renew.sh")]
    public async Task Bash_can_read_the_scripts(string script)
    {
        var (code, output) = await RunAsync("bash", "-n", Path.Combine(DeployFiles.Folder, script));
        code.ShouldBe(0, output);
    }

    [Theory]
    [InlineData(null, "http://127.0.0.1:5080")]
    [InlineData("http://0.0.0.0:1;http://127.0.0.1:2", "http://127.0.0.1:1")]
    public async Task Of_the_addresses_the_first_is_asked_on_this_machine(string? urls, string asked)
    {
        var output = new StringWriter();
        (await ReadyCommand.AskAsync(urls ?? "", output, new CancellationToken(canceled: true))).ShouldBe(1);
        output.ToString().ShouldStartWith(asked);
    }

    [Fact]
    public async Task A_process_is_ready_while_it_serves()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var asked = app.Url.ToString().Replace("127.0.0.1", "0.0.0.0", StringComparison.Ordinal);
        (await ReadyCommand.AskAsync(asked, TextWriter.Null, default)).ShouldBe(0);
        await app.StopAsync();
        (await ReadyCommand.AskAsync(asked, TextWriter.Null, default)).ShouldBe(1);
    }

    private static IEnumerable<string> Problems(DeployFiles files) =>
        [
            .. ComposeRules.Problems(files),
            .. NginxRules.Problems(files),
            .. KubernetesRules.Problems(files),
            .. ScriptRules.Problems(files),
        ];

    private static string Nginx() =>
        new[] { "/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx" }.FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("nginx is not installed: apt-get install nginx.");

    private static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
