using System.Globalization;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace SmartFlow.Tests.Agent;

/// <summary>A turn while it runs: its events one by one.</summary>
internal sealed class OpenChat : IAsyncDisposable
{
    private readonly HttpResponseMessage response;
    private readonly IAsyncEnumerator<SseItem<string>> items;

    private OpenChat(HttpResponseMessage response, Stream body)
    {
        this.response = response;
        items = SseParser.Create(body).EnumerateAsync().GetAsyncEnumerator();
    }

    public long ConversationId =>
        long.Parse(response.Headers.GetValues("X-Conversation-ID").Single(), CultureInfo.InvariantCulture);

    public List<ChatEvent> Events { get; } = [];

    public static async Task<OpenChat> BeginAsync(TestUser user, object body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/agent/chat")
        {
            Content = JsonContent.Create(body),
        };
        var response = await user.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new OpenChat(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>Reads up to the first event of that name.</summary>
    public async Task<ChatEvent> UntilAsync(string name)
    {
        while (await items.MoveNextAsync())
        {
            var item = items.Current;
            var data = JsonSerializer.Deserialize<JsonElement>(item.Data);
            Events.Add(new ChatEvent(item.EventType, long.Parse(item.EventId!, CultureInfo.InvariantCulture), data));
            if (item.EventType == name)
                return Events[^1];
        }
        throw new InvalidOperationException($"The stream ended without {name}.");
    }

    /// <summary>Leaves, as a browser tab that is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        response.Dispose();
        try
        {
            await items.DisposeAsync();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The connection is gone, which was the point.
        }
    }
}
