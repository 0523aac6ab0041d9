using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Gateway.Fallback;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Agent;
using SmartFlow.Tests.Notification;

namespace SmartFlow.Tests.Gateway.Fallback;

/// <summary>
/// The gateway before an agent in another process: handed on while it is ready, plain chat while it is not.
/// </summary>
public sealed class FrontChatTests
{
    private static readonly string SigningKey = Convert.ToBase64String(new byte[32]);

    [Fact]
    public async Task While_the_agent_is_away_plain_chat_answers_says_so_and_is_charged_once()
    {
        await using var front = await FrontAsync(FreePorts.Next());
        var mei = await front.SignUpAsync();
        var before = await front.BalanceMicrosAsync(mei);
        var answer = (await mei.ChatAsync(new { message = "你好" }, ("Idempotency-Key", "k1"))).ShouldEndInOrder();
        answer.All("delta").First().Text("text").ShouldContain("助手暂时不可用");
        answer.Text.Length.ShouldBeGreaterThan(answer.All("delta").First().Text("text").Length);
        var cost = answer.One("usage").Number("credit_micros");
        cost.ShouldBeGreaterThan(0);
        await Eventually.IsTrueAsync(async () => before - await front.BalanceMicrosAsync(mei) == cost, "the charge");
        var call = (await mei.GetAsync("/api/v1/calls"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("items")
            .EnumerateArray()
            .Single();
        call.GetProperty("scene").GetString().ShouldBe("gateway.fallback");

        (await mei.ChatAsync(new { message = "你好" }, ("Idempotency-Key", "k1")))
            .ShouldEndInOrder()
            .One("usage")
            .Number("credit_micros")
            .ShouldBe(cost);
        (await mei.GetAsync("/api/v1/calls")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (before - await front.BalanceMicrosAsync(mei)).ShouldBe(cost);
        (
            await mei.PostAsync("/api/v1/agent/chat", new { resume = new { interaction_id = "x", action = "accept" } })
        ).ShouldBeRefused(ErrorCodes.Unavailable);
        (await mei.PostAsync("/api/v1/agent/chat", new { message = "" })).ShouldBeRefused(ErrorCodes.InvalidArgument);
        using var twice = new StringContent("""{"message":"a","message":"b"}""", null, "application/json");
        (await mei.PostAsync(FrontChat.Path, twice)).ShouldBeRefused(ErrorCodes.MalformedBody);
        (await front.Anonymous.PostAsync("/api/v1/agent/chat", new { message = "Hi" })).ShouldBeRefused(
            ErrorCodes.Unauthenticated
        );
    }

    [Fact]
    public async Task An_agent_that_is_ready_answers_itself_until_it_goes()
    {
        var port = FreePorts.Next();
        await using var front = await FrontAsync(port);
        var mei = await front.SignUpAsync();
        var agent = await AgentAsync(front, port);
        await Eventually.IsTrueAsync(
            () => Task.FromResult(front.Services.GetRequiredService<AgentHealth>().IsUp),
            "the agent is seen"
        );
        var whole = (await mei.SayAsync("提醒我明天交作业")).ShouldEndInOrder();
        whole.ConversationId.ShouldBeGreaterThan(0);
        whole.All("confirm").Count().ShouldBe(1);
        (await mei.PostAsync("/api/v1/agent/chat", new { message = "" })).ShouldBeRefused(ErrorCodes.InvalidArgument);

        await agent.DisposeAsync();
        await Eventually.IsTrueAsync(
            () => Task.FromResult(!front.Services.GetRequiredService<AgentHealth>().IsUp),
            "the agent is missed"
        );
        (await mei.SayAsync("Hello")).ShouldEndInOrder().All("status").First().Text("stage").ShouldBe("fallback");
    }

    [Fact]
    public async Task One_key_is_answered_and_charged_by_one_of_the_two()
    {
        var port = FreePorts.Next();
        await using var front = await FrontAsync(port);
        var mei = await front.SignUpAsync();
        var health = front.Services.GetRequiredService<AgentHealth>();
        var plain = (await mei.ChatAsync(new { message = "你好" }, ("Idempotency-Key", "plain"))).ShouldEndInOrder();
        plain.One("usage").Number("credit_micros").ShouldBeGreaterThan(0);

        var agent = await AgentAsync(front, port);
        await Eventually.IsTrueAsync(() => Task.FromResult(health.IsUp), "the agent is seen");
        var again = (await mei.ChatAsync(new { message = "你好" }, ("Idempotency-Key", "plain"))).ShouldEndInOrder();
        again.One("error").Text("code").ShouldBe("key_reused");
        again
            .One("usage")
            .Number("credit_micros")
            .ShouldBe(plain.One("usage").Number("credit_micros"), "what the key cost, once");
        var whole = (await mei.ChatAsync(new { message = "你好" }, ("Idempotency-Key", "whole"))).ShouldEndInOrder();
        var calls = (await mei.GetAsync("/api/v1/calls")).Json.GetProperty("items").GetArrayLength();

        await agent.DisposeAsync();
        await Eventually.IsTrueAsync(() => Task.FromResult(!health.IsUp), "the agent is missed");
        (await mei.ChatAsync(new { message = "你好" }, ("Idempotency-Key", "whole")))
            .ShouldEndInOrder()
            .One("error")
            .Text("code")
            .ShouldBe("key_reused");
        (await mei.ChatAsync(new { message = "你好" }, ("Idempotency-Key", "plain")))
            .ShouldEndInOrder()
            .Text.ShouldBe(plain.Text);
        (await mei.GetAsync("/api/v1/calls")).Json.GetProperty("items").GetArrayLength().ShouldBe(calls);
        whole.One("usage").Number("credit_micros").ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Who_cannot_pay_is_told_so_in_the_stream()
    {
        await using var front = await FrontAsync(FreePorts.Next());
        var mei = await front.SignUpAsync();
        await front.AdjustAsync(mei, -100_000_000, "all");
        (await mei.SayAsync("Hello")).ShouldEndInOrder().One("error").Text("code").ShouldBe("insufficient_credit");
    }

    [Fact]
    public async Task Messages_that_are_being_answered_count_among_a_users_open_streams()
    {
        await using var agent = await LoopbackPeer.StartAsync();
        agent.Answers = (http, _) =>
            http.Request.Path == FrontChat.Path
                ? Task.Delay(Timeout.Infinite, http.RequestAborted)
                : Task.CompletedTask;
        await using var front = await FrontAsync(new Uri(agent.Url).Port, s =>
            s.Settings["Web:MaxStreamsPerUser"] = "1"
        );
        var mei = await front.SignUpAsync();
        await Eventually.IsTrueAsync(
            () => Task.FromResult(front.Services.GetRequiredService<AgentHealth>().IsUp),
            "the agent is seen"
        );
        using var leave = new CancellationTokenSource();
        var open = mei.Http.PostAsJsonAsync(FrontChat.Path, new { message = "Hello" }, leave.Token);
        await Eventually.IsTrueAsync(
            () => Task.FromResult(agent.Received.Any(r => r.Path == FrontChat.Path)),
            "the agent has the first"
        );
        (await mei.PostAsync(FrontChat.Path, new { message = "Hello again" })).ShouldBeRefused(ErrorCodes.RateLimited);
        await leave.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => open);
    }

    private static Task<SmartFlowApp> FrontAsync(int agentPort, Action<AppSetup>? configure = null) =>
        SmartFlowApp.StartAsync(s =>
        {
            SmartFlowApp.OpenRpc(s);
            s.Settings["modules"] = "userauth,tokenstore,llm,planner,memory,activescheduler,gateway";
            s.Settings["Auth:SigningKey"] = SigningKey;
            s.Settings["Gateway:AgentUrl"] = $"http://127.0.0.1:{agentPort}";
            s.Settings["Gateway:AgentCheckSeconds"] = "1";
            configure?.Invoke(s);
        });

    private static Task<SmartFlowApp> AgentAsync(SmartFlowApp front, int port) =>
        SmartFlowApp.StartAsync(s =>
        {
            SmartFlowApp.OpenRpc(s);
            s.Settings["Urls"] = $"http://127.0.0.1:{port}";
            s.Settings["modules"] = "agent";
            s.Settings["Auth:SigningKey"] = SigningKey;
            foreach (var module in new[] { "Llm", "Planner", "TokenStore", "UserAuth", "Memory", "ActiveScheduler" })
                s.Settings["Remotes:" + module] = front.RpcUrl.ToString();
        });
}
