#!/usr/bin/env bash
# Kestrel has two ways to end an answer that has begun without its end, and they look different to the client.
#
# What surprises: HttpContext.Abort, which reads like the way to do it, resets the connection: what the client's system had not handed on
# yet may be dropped with it, although FlushAsync had returned. An exception that leaves the endpoint after the answer has begun
# sends everything and then closes in order, only without the final chunk, so that the client gets all of it and still knows that it is not whole.
# That way is logged as an error, which cannot be turned off but with the whole category.
# Why it matters: a stream that fails should tell its error as its last event and must not look whole.
#
# Ends with 0 while this is so, with 1 when it is no longer. Needs the .NET 10 SDK.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable></PropertyGroup>
</Project>
XML
cat > Program.cs <<'CS'
using System.Net.Sockets;
using System.Text;

var builder = WebApplication.CreateBuilder(args);
builder.WebHost.UseUrls("http://127.0.0.1:0");
var log = new Errors();
builder.Logging.ClearProviders().AddProvider(log);
var app = builder.Build();
app.MapGet("/{how}", async (HttpContext context, string how) =>
{
    await context.Response.WriteAsync("data: the last words\n\n");
    await context.Response.Body.FlushAsync();
    if (how == "abort") context.Abort();
    else throw new InvalidOperationException("broken off");
});
await app.StartAsync();
var port = new Uri(app.Urls.First()).Port;
Console.WriteLine($"ASP.NET Core {typeof(WebApplication).Assembly.GetName().Version}, .NET {Environment.Version}");
var ended = new Dictionary<string, string>();
foreach (var how in new[] { "abort", "throw" })
{
    var before = log.Count;
    using var socket = new TcpClient("127.0.0.1", port);
    var stream = socket.GetStream();
    await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET /{how} HTTP/1.1\r\nHost: x\r\n\r\n"));
    var text = new StringBuilder();
    var buffer = new byte[4096];
    try
    {
        for (int read; (read = await stream.ReadAsync(buffer)) > 0;) text.Append(Encoding.ASCII.GetString(buffer, 0, read));
        ended[how] = "closed in order";
    }
    catch (IOException)
    {
        ended[how] = "reset";
    }
    await Task.Delay(300);
    Console.WriteLine($"{how}: {ended[how]}; last words seen: {text.ToString().Contains("last words")}; final chunk: {text.ToString().EndsWith("0\r\n\r\n")}; errors logged: {log.Count - before}");
    if (text.ToString().EndsWith("0\r\n\r\n")) ended[how] += ", whole";
}
return ended["abort"] == "reset" && ended["throw"] == "closed in order" && log.Count == 1 ? 0 : 1;

internal sealed class Errors : ILoggerProvider, ILogger
{
    public int Count;
    public ILogger CreateLogger(string categoryName) => this;
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;
    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error) Interlocked.Increment(ref Count);
    }
    public void Dispose() { }
}
CS
dotnet run -v q
