using System.Text.Json.Nodes;
using SmartFlow.Contracts.Llm;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Llm;

/// <summary>The Responses API in process, over the real outlet.</summary>
public sealed class LlmResponsesClientTests
{
    [Fact]
    public async Task A_response_with_an_image_is_paid_for_and_each_request_has_a_key_of_its_own()
    {
        await using var f = await CallFixture.StartAsync();
        var client = new LlmResponsesClient(f.Llm, f.Billing("r"));
        var first = await client.CreateAsync(new("What?", "Be brief.", ["data:image/png;base64,AQID"], 50), default);
        (first.Text, first.Status, first.Receipt.EventId, first.Receipt.Usage.Output).ShouldBe(("Hello there", "completed", "r", 2));
        var sent = f.Provider.Received.ShouldHaveSingleItem().Body["messages"]!.AsArray();
        sent[0]!["content"]!.GetValue<string>().ShouldBe("Be brief.");
        sent[1]!["content"]![1]!["image_url"]!["url"]!.GetValue<string>().ShouldBe("data:image/png;base64,AQID");
        (await client.CreateAsync(new("And?"), default)).Receipt.EventId.ShouldBe("r:2");
        await f.SettledAsync();
    }

    [Fact]
    public async Task A_stream_gives_its_text_as_it_comes_and_the_whole_at_the_end_also_when_repeated()
    {
        await using var f = await CallFixture.StartAsync();
        for (var round = 0; round < 2; round++)
        {
            LlmResponse? whole = null;
            List<string> pieces = [];
            await foreach (var piece in new LlmResponsesClient(f.Llm, f.Billing("r")).StreamAsync(new("hi"), r => whole = r, default)) pieces.Add(piece);
            (string.Concat(pieces), whole!.Text, whole.Status, whole.Receipt.Replayed).ShouldBe(("Hello there", "Hello there", "completed", round == 1));
        }
        f.Provider.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_function_that_is_wanted_is_told()
    {
        await using var f = await CallFixture.StartAsync();
        var client = new LlmResponsesClient(f.Llm, f.Billing("r") with { ModelAlias = "scripted/tool-call" });
        var response = await client.CreateAsync(
            new("hi") { More = JsonNode.Parse("""{"tools":[{"type":"function","name":"f","parameters":{"type":"object"}}]}""")!.AsObject() }, default);
        response.Calls.ShouldHaveSingleItem().ShouldBe(new LlmFunctionCall("call_scripted", "f", """{"query":"Friday"}"""));
    }

    /// <summary>A response is a form of the same call: the key that made it as a chat is answered as a response.</summary>
    [Fact]
    public async Task The_same_question_in_the_other_form_is_a_repeat()
    {
        await using var f = await CallFixture.StartAsync();
        await f.Llm.GenerateTextAsync(f.Billing("r"), """{"model":"fake-1","messages":[{"role":"user","content":"hi"}]}"""u8.ToArray(), default);
        var again = await f.Llm.GenerateResponsesTextAsync(f.Billing("r"), """{"model":"fake-1","input":"hi"}"""u8.ToArray(), default);
        again.Receipt.Replayed.ShouldBeTrue();
        JsonNode.Parse(again.Body.Span)!["output"]![0]!["content"]![0]!["text"]!.GetValue<string>().ShouldBe("Hello there");
    }
}
