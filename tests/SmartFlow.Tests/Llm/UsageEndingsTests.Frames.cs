using System.Text.Json.Nodes;
using SmartFlow.Tests.Gateway;
using SmartFlow.Tests.Llm.Calls;
using static SmartFlow.Tests.Llm.UsageAnswers;

namespace SmartFlow.Tests.Llm;

public sealed partial class UsageEndingsTests
{
    [Fact]
    public async Task A_message_that_the_last_frame_repeats_whole_takes_the_deltas_place()
    {
        var deltas =
            Chunk("\"role\":\"assistant\",\"reasoning_content\":\"Let me\",\"name\":\"MiniMax AI\"")
            + Chunk("\"reasoning_content\":\" see.\"")
            + Text("Hello")
            + Text(" there");
        const string whole =
            "\"finish_reason\":\"stop\",\"index\":0,\"message\":{\"content\":\"Hello there!\",\"role\":\"assistant\",\"name\":\"MiniMax AI\",\"audio_content\":\"\",\"reasoning_content\":\"Let me see.\"}";
        foreach (
            var last in new[]
            {
                whole,
                "\"index\":0,\"message\":{\"content\":\"Hello there!\",\"role\":\"assistant\",\"reasoning_content\":\"Let me see.\"},\"delta\":{\"content\":\"\"},\"finish_reason\":\"stop\"",
            }
        )
        {
            var charged = await host.StreamAsync(deltas + Choice(last) + Done);
            // 11 bytes of thought and 12 of answer, once.
            await ShouldCostAsync(charged, [Input, 8, 0, 0, 0], true, "the estimate");
            charged.Answer!.Text.ShouldContain(
                Choice(last).Trim(),
                Case.Sensitive,
                "the client gets the frame as it came"
            );
            var repeat = await host.Calls.User.PostAsync(
                "/v1/chat/completions",
                UsageHost.Body(CallFixture.Model, false),
                ("Idempotency-Key", charged.Key)
            );
            repeat.Header("x-smartflow-replayed").ShouldBe("true");
            var message = JsonNode.Parse(repeat.Text)!["choices"]![0]!["message"]!;
            message["content"]!.GetValue<string>().ShouldBe("Hello there!");
            message["reasoning_content"]!.GetValue<string>().ShouldBe("Let me see.");
            if (last == whole)
                message["name"]!.GetValue<string>().ShouldBe("MiniMax AI");
        }
        await ShouldCostAsync(
            await host.StreamAsync(
                deltas
                    + Choice(
                        whole,
                        "{\"total_tokens\":249,\"total_characters\":0,\"prompt_tokens\":26,\"completion_tokens\":223}"
                    )
                    + Done
            ),
            [26, 223, 0, 0, 0],
            false,
            "with its usage"
        );
        await AgreesAsync();
    }

    [Fact]
    public async Task The_client_gets_the_providers_own_usage_object_whatever_it_is_worth()
    {
        foreach (
            var usage in new[]
            {
                "{\"prompt_tokens\":1000.0,\"completion_tokens\":\"20\",\"total_tokens\":1.02e3,\"extra\":{\"a\":[1]}}",
                "{\"completion_tokens\":20}",
                "{\"prompt_tokens\":0,\"completion_tokens\":0,\"total_tokens\":0}",
            }
        )
        {
            host.Provider.Answers = _ => new FakeAnswer
            {
                Raw = ("text/event-stream", Text("a") + End() + Usage(usage) + Done),
            };
            var answer = await host.Calls.User.ChatAsync(
                GatewayClient.Chat("Hi", stream: true, usage: true),
                host.NextKey()
            );
            // Numbers that clients cannot read are written as they can.
            var readable = usage.Replace("1000.0", "1000").Replace("\"20\"", "20").Replace("1.02e3", "1020");
            answer.Events()[^2].ShouldContain("\"usage\":" + readable + ",");
            (await host.PlainAsync(Chat("\"content\":\"a\"", usage))).Answer!.Text.ShouldContain(
                "\"usage\":" + readable
            );
        }
        await AgreesAsync();
    }
}
