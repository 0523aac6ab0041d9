using System.Net;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Notification;

/// <summary>A host that looks at balances where a test says so, and what its users have not read yet.</summary>
internal static class CreditNotices
{
    public const string Centre = NotificationFixture.Centre;

    public static Task<CallFixture> StartAsync(Action<AppSetup>? configure = null) =>
        CallFixture.StartAsync(s =>
        {
            s.Settings["Alerts:IntervalSeconds"] = "0";
            configure?.Invoke(s);
        });

    public static async Task<int> UnreadAsync(TestUser user) =>
        (await user.GetAsync(Centre + "?unread=true&page_size=1"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("page")
            .GetProperty("total")
            .GetInt32();
}
