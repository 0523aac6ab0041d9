using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Agent.Turns;

namespace SmartFlow.Agent.Mcp;

/// <summary>
/// The language of a proposal's words: the one that the client asks for, else that of what it wrote, else that of the
/// user's last conversation, else the product's own.
/// </summary>
internal sealed class AskedLanguage(IDbContextFactory<AgentDb> databases)
{
    public async Task<bool> IsChineseAsync(
        ulong userId,
        HttpRequest request,
        JsonElement arguments,
        CancellationToken cancellationToken
    )
    {
        var asked = request.Headers.AcceptLanguage.ToString().TrimStart();
        if (asked.StartsWith("zh", StringComparison.OrdinalIgnoreCase))
            return true;
        if (asked.StartsWith("en", StringComparison.OrdinalIgnoreCase))
            return false;
        if (Texts(arguments).Any(MessageLanguage.IsChinese))
            return true;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var title = await db
            .Conversations.Where(c => c.UserId == userId)
            .OrderByDescending(c => c.UpdatedAt)
            .Select(c => c.Title)
            .FirstOrDefaultAsync(cancellationToken);
        return title is null || MessageLanguage.IsChinese(title);
    }

    private static IEnumerable<string> Texts(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => [value.GetString()!],
            JsonValueKind.Array => value.EnumerateArray().SelectMany(Texts),
            JsonValueKind.Object => value.EnumerateObject().SelectMany(m => Texts(m.Value)),
            _ => [],
        };
}
