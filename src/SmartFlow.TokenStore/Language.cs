using Microsoft.AspNetCore.Http;

namespace SmartFlow.TokenStore;

/// <summary>The languages of names and texts.</summary>
internal enum Language
{
    Chinese,
    English,
}

internal static class Languages
{
    /// <summary>The first of Accept-Language that we speak, by weight; Chinese otherwise.</summary>
    public static Language Language(this HttpRequest request)
    {
        foreach (var wanted in request.GetTypedHeaders().AcceptLanguage.OrderByDescending(l => l.Quality ?? 1))
        {
            if (wanted.Value.StartsWith("zh", StringComparison.OrdinalIgnoreCase))
                return TokenStore.Language.Chinese;
            if (wanted.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase))
                return TokenStore.Language.English;
        }
        return TokenStore.Language.Chinese;
    }

    public static string Pick(this Language language, string chinese, string english) =>
        language == TokenStore.Language.Chinese ? chinese : english;
}
