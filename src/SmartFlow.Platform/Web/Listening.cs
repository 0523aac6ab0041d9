using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Rpc.Server;

namespace SmartFlow.Platform.Web;

/// <summary>
/// The listeners, HTTP/1.1 for the web and h2c for modules, and their limits: everything that a stranger can make us
/// keep has a bound.
/// </summary>
internal static class Listening
{
    private const int UnreadBytes = 256 * 1_024;
    private const string DefaultUrl = "http://127.0.0.1:5080";
    private const string DefaultRpcUrl = "http://127.0.0.1:5090";

    public static void AddListening(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<WebOptions>().BindConfiguration("Web").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<ConnectionLimit>();
        builder.Services.AddSingleton<OpenStreams>();
        builder.Services.AddSingleton<ArrivingBodies>();
        var web = Addresses(builder.Configuration["Urls"], "SMARTFLOW_URLS", DefaultUrl);
        var rpc = RpcListener.IsOpen(builder.Configuration)
            ? Addresses(builder.Configuration["Rpc:Url"], "SMARTFLOW_RPC_URL", DefaultRpcUrl)
            : [];
        if (rpc.Any(a => a.Scheme != Uri.UriSchemeHttp))
            throw new SetupException("SMARTFLOW_RPC_URL: the port speaks h2c; the address begins with http://.");
        // Bound below, one by one.
        builder.WebHost.UseUrls("");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            var limit = kestrel.ApplicationServices.GetRequiredService<ConnectionLimit>();
            foreach (var address in web)
                Bind(kestrel, address, listen =>
                {
                    listen.Protocols = HttpProtocols.Http1;
                    listen.Use(next =>
                        connection => limit.InvokeAsync(connection, next, plain: address.Scheme == Uri.UriSchemeHttp)
                    );
                });
            foreach (var address in rpc)
                Bind(kestrel, address, RpcListener.Configure);
        });
        var options = builder.Services.AddOptions<KestrelServerOptions>();
        options.Configure<IOptions<WebOptions>, IOptions<RpcOptions>>(
            (kestrel, web, rpc) =>
            {
                RpcListener.Limit(kestrel.Limits, rpc.Value);
                kestrel.AddServerHeader = false;
                var limits = kestrel.Limits;
                limits.MaxRequestBodySize = web.Value.MaxBodyBytes;
                // What a connection sends before anybody reads it.
                limits.MaxRequestBufferSize = Math.Max(UnreadBytes, web.Value.MaxHeaderBytes);
                limits.MaxRequestHeadersTotalSize = web.Value.MaxHeaderBytes;
                limits.MaxConcurrentConnections = web.Value.MaxConnections;
                limits.RequestHeadersTimeout = TimeSpan.FromSeconds(web.Value.HeaderTimeoutSeconds);
                limits.KeepAliveTimeout = TimeSpan.FromSeconds(web.Value.KeepAliveSeconds);
            }
        );
        builder
            .Services.AddOptions<HostOptions>()
            .Configure<IOptions<WebOptions>>(
                (host, web) => host.ShutdownTimeout = TimeSpan.FromSeconds(web.Value.ShutdownSeconds)
            );
    }

    private static BindingAddress[] Addresses(string? urls, string setting, string example)
    {
        var addresses = new List<BindingAddress>();
        const StringSplitOptions tidy = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        foreach (var url in (string.IsNullOrEmpty(urls) ? example : urls).Split(';', tidy))
            try
            {
                var address = BindingAddress.Parse(url);
                if (address.Scheme is not ("http" or "https"))
                    throw new FormatException();
                addresses.Add(address);
            }
            catch (FormatException)
            {
                throw new SetupException($"{setting}: {url} is not an address like {example}.");
            }
        return [.. addresses];
    }

    /// <summary>A name that is no IP address means every interface, as in ASP.NET Core.</summary>
    private static void Bind(KestrelServerOptions kestrel, BindingAddress address, Action<ListenOptions> configure)
    {
        if (address.IsUnixPipe)
            kestrel.ListenUnixSocket(address.UnixPipePath, Configure);
        else if (IPAddress.TryParse(address.Host, out var ip))
            kestrel.Listen(ip, address.Port, Configure);
        else if (address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            kestrel.ListenLocalhost(address.Port, Configure);
        else
            kestrel.ListenAnyIP(address.Port, Configure);

        void Configure(ListenOptions listen)
        {
            configure(listen);
            if (address.Scheme == Uri.UriSchemeHttps)
                listen.UseHttps();
        }
    }
}
