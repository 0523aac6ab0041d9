using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;

namespace SmartFlow.Gateway.WebApp;

/// <summary>
/// The build puts compressed forms beside a file (web/build/compress.mjs): app.js.br and app.js.gz beside app.js. Which
/// of them a browser takes it says in Accept-Encoding (RFC 9110, 12.5.3).
/// </summary>
internal static class FileForms
{
    /// <summary>The smallest first: of several that somebody wants equally, it is taken.</summary>
    private static readonly (string Encoding, string Suffix)[] Compressed = [("br", ".br"), ("gzip", ".gz")];

    /// <summary>The form of a file for a request, and whether there are several, which caches have to know.</summary>
    /// <returns>Encoding is null for the file as it is.</returns>
    public static (IFileInfo File, string? Encoding, bool Varies) Of(
        IFileProvider files,
        string path,
        IFileInfo plain,
        HttpRequest request
    )
    {
        var best = (File: plain, Encoding: (string?)null, Weight: 0d);
        var varies = false;
        foreach (var (encoding, suffix) in Compressed)
        {
            var form = files.GetFileInfo(path + suffix);
            if (!form.Exists)
                continue;
            varies = true;
            var weight = Weight(request, encoding);
            if (weight > best.Weight)
                best = (form, encoding, weight);
        }
        return (best.File, best.Encoding, varies);
    }

    private static double Weight(HttpRequest request, string encoding)
    {
        double? any = null;
        foreach (var accepted in request.GetTypedHeaders().AcceptEncoding)
        {
            if (accepted.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase))
                return accepted.Quality ?? 1;
            if (accepted.Value.Equals("*", StringComparison.Ordinal))
                any = accepted.Quality ?? 1;
        }
        return any ?? 0;
    }
}
