using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace SmartFlow.Platform.Web;

/// <summary>The HTTP/1.1 listener and its limits: everything that a stranger can make us keep has a bound.</summary>
internal static class Listening
{
    private const string DefaultUrl = "http://127.0.0.1:5080";

    public static void AddListening(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<WebOptions>().BindConfiguration("Web").ValidateDataAnnotations().ValidateOnStart();
        builder.WebHost.UseUrls(CheckedUrls(builder.Configuration["Urls"]));
        builder.WebHost.ConfigureKestrel(o => o.ConfigureEndpointDefaults(e => e.Protocols = HttpProtocols.Http1));
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<WebOptions>>((kestrel, web) =>
        {
            kestrel.AddServerHeader = false;
            var limits = kestrel.Limits;
            limits.MaxRequestBodySize = web.Value.MaxBodyBytes;
            limits.MaxRequestHeadersTotalSize = web.Value.MaxHeaderBytes;
            limits.MaxConcurrentConnections = web.Value.MaxConnections;
            limits.RequestHeadersTimeout = TimeSpan.FromSeconds(web.Value.HeaderTimeoutSeconds);
            limits.KeepAliveTimeout = TimeSpan.FromSeconds(web.Value.KeepAliveSeconds);
        });
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<WebOptions>>(
            (host, web) => host.ShutdownTimeout = TimeSpan.FromSeconds(web.Value.ShutdownSeconds));
    }

    /// <summary>Believes forwarded addresses only of the proxies that are configured.</summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        var proxies = app.Services.GetRequiredService<IOptions<WebOptions>>().Value.TrustedProxies
            .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (proxies.Length == 0) return;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
            options.KnownProxies.Add(IPAddress.TryParse(proxy, out var address)
                ? address
                : throw new SetupException($"Web__TrustedProxies: {proxy} is not an IP address."));
        app.UseForwardedHeaders(options);
    }

    private static string CheckedUrls(string? urls)
    {
        foreach (var url in (urls ??= DefaultUrl).Split(';'))
            if (!Uri.TryCreate(url.Replace("//*", "//any", StringComparison.Ordinal).Replace("//+", "//any", StringComparison.Ordinal), UriKind.Absolute, out var parsed)
                || parsed.Scheme is not ("http" or "https"))
                throw new SetupException($"SMARTFLOW_URLS: {url} is not an address like {DefaultUrl}.");
        return urls;
    }
}
