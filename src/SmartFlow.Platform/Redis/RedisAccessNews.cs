using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Platform.Redis;

/// <summary>
/// Tells the other processes at once whose access ended here, and hears it of them. A message only makes forget what is
/// remembered of the database, which stays the authority: it may come twice, in any order, or be lost, and then the
/// bounds of Auth:SessionCacheSeconds and Auth:ApiKeyCacheSeconds hold. After every break of the connection all is
/// forgotten.
/// </summary>
internal sealed class RedisAccessNews(
    IServiceProvider services,
    RedisLink redis,
    RunningRequests requests,
    TimeProvider time
) : BackgroundService
{
    private const string ChannelName = "access";
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private readonly string me = Guid.CreateVersion7().ToString("N");
    private readonly OpenSessions? sessions = services.GetService<OpenSessions>();
    private readonly ApiKeys? keys = services.GetService<ApiKeys>();
    private readonly TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when news of others are heard.</summary>
    public Task Listening => listening.Task;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (sessions is not null)
            (sessions.SessionEnded, sessions.UserChanged) = (id => Tell("session", id), id => Tell("user", Text(id)));
        if (keys is not null)
            keys.Changed = () => Tell("keys", "");
        requests.Stopped = id => Tell("stop", Text(id));
        redis.Connected += ForgetAll;
        while (!await redis.SubscribeAsync(redis.Channel(ChannelName), Hear))
            await Task.Delay(Pause, time, stoppingToken);
        ForgetAll();
        listening.SetResult();
    }

    private static string Text(ulong id) => id.ToString(CultureInfo.InvariantCulture);

    private void ForgetAll()
    {
        sessions?.ForgetAllHere();
        keys?.ForgetHere();
    }

    /// <summary>Not waited for: who ended the access has done so already.</summary>
    private void Tell(string what, string whose) =>
        _ = redis.AskAsync(d => d.PublishAsync(redis.Channel(ChannelName), $"{me} {what} {whose}")).AsTask();

    private void Hear(string message)
    {
        if (message.Split(' ') is not [var from, var what, var whose] || from == me)
            return;
        switch (what)
        {
            case "session":
                sessions?.ForgetHere(whose);
                break;
            case "user" when ulong.TryParse(whose, CultureInfo.InvariantCulture, out var user):
                sessions?.ForgetUserHere(user);
                break;
            case "stop" when ulong.TryParse(whose, CultureInfo.InvariantCulture, out var user):
                requests.BreakOff(user);
                break;
            case "keys":
                keys?.ForgetHere();
                break;
        }
    }
}
