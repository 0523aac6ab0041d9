using System.Diagnostics;
using System.Text.RegularExpressions;

namespace SmartFlow.Tests.Split;

/// <summary>
/// The real nginx with deploy/nginx.conf, of which only addresses, folders and sizes for one machine are changed.
/// </summary>
internal sealed partial class Nginx : IAsyncDisposable
{
    private readonly Process process;
    private readonly string folder;

    private Nginx(Process process, string folder, Uri url) => (this.process, this.folder, Url) = (process, folder, url);

    public Uri Url { get; }

    /// <param name="portsOf">The web ports of what stands in the place of a process that the file names.</param>
    public static async Task<Nginx> StartAsync(Func<string, IEnumerable<int>> portsOf)
    {
        var (folder, port) = (Directory.CreateTempSubdirectory("smartflow-nginx-").FullName, FreePorts.Next());
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "deploy", "nginx.conf"));
        text = Server()
            .Replace(text, m =>
                string.Join(' ', portsOf(m.Groups[1].Value).Select(p => $"server 127.0.0.1:{p}{m.Groups[2].Value};"))
            );
        text = text.Replace("listen 8080;", $"listen 127.0.0.1:{port};", StringComparison.Ordinal)
            .Replace(
                "worker_processes auto;",
                $"worker_processes 1; daemon off; pid {folder}/pid;{(Environment.UserName == "root" ? " user root;" : "")}",
                StringComparison.Ordinal
            )
            .Replace("worker_rlimit_nofile 65536;", "", StringComparison.Ordinal)
            .Replace("worker_connections 16384;", "worker_connections 1024;", StringComparison.Ordinal)
            .Replace(
                "http {",
                "http {"
                    + string.Concat(
                        new[] { "client_body", "proxy", "fastcgi", "uwsgi", "scgi" }.Select(t =>
                            $" {t}_temp_path {folder}/{t};"
                        )
                    ),
                StringComparison.Ordinal
            );
        var conf = Path.Combine(folder, "nginx.conf");
        await File.WriteAllTextAsync(conf, text);
        var program = new[] { "/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx" }.FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException("nginx is not installed: apt-get install nginx.");
        var process = RedisServer.Begin(program, ["-e", "stderr", "-p", folder, "-c", conf]);
        await RedisServer.ListeningAsync(process, port);
        return new Nginx(process, folder, new Uri($"http://127.0.0.1:{port}"));
    }

    public async ValueTask DisposeAsync()
    {
        // In order: one that is killed leaves its workers behind.
        using (var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]))
            await kill.WaitForExitAsync();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [GeneratedRegex(@"server ([\w-]+):5080([^;]*);")]
    private static partial Regex Server();
}
