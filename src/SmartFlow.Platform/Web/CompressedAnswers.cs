using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.Extensions.DependencyInjection;

namespace SmartFlow.Platform.Web;

/// <summary>
/// What is read from the API is compressed where its length tells nobody a secret. Who can have a signed-in browser ask
/// again and again, and sees how long the answers are, guesses from those what stands beside his own words (BREACH):
/// such requests come from other sites. So a browser's request is compressed when it says that our own page sent it,
/// and answers that hold secrets never are. Streams of events and refusals, which repeat what was sent, are of other
/// types and go out as they are.
/// </summary>
internal static class CompressedAnswers
{
    private static readonly PathString Api = "/api";
    private static readonly PathString[] Secret =
    [
        "/api/v1/auth",
        "/api/v1/api-keys",
        "/api/v1/schedule/feed",
        "/api/v1/notifications/channels",
    ];

    public static void AddCompressedAnswers(this IServiceCollection services)
    {
        services.AddResponseCompression(o =>
        {
            o.EnableForHttps = true;
            o.MimeTypes = ["application/json", "text/csv", "text/calendar"];
            o.Providers.Add<BrotliCompressionProvider>();
            o.Providers.Add<GzipCompressionProvider>();
        });
        services.Configure<BrotliCompressionProviderOptions>(o => o.Level = CompressionLevel.Fastest);
        services.Configure<GzipCompressionProviderOptions>(o => o.Level = CompressionLevel.Fastest);
    }

    public static void UseCompressedAnswers(this WebApplication app) =>
        app.UseWhen(MayBeCompressed, branch => branch.UseResponseCompression());

    private static bool MayBeCompressed(HttpContext context)
    {
        var request = context.Request;
        return HttpMethods.IsGet(request.Method)
            && request.Path.StartsWithSegments(Api)
            && !Array.Exists(Secret, s => request.Path.StartsWithSegments(s))
            && (!request.Headers.ContainsKey("Cookie") || request.Headers["Sec-Fetch-Site"] == "same-origin");
    }
}
