using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Tests.Platform.Outbox;

public sealed class OneByOneTests
{
    private static readonly IReadOnlyList<BusEvent> Three = [Event("a"), Event("b"), Event("c")];

    [Fact]
    public async Task An_event_that_no_retry_will_mend_is_told_and_the_others_are_handled()
    {
        var handled = new List<string>();
        var outcomes = await Three.OneByOneAsync(e =>
        {
            if (e.EventId == "b")
                throw new PoisonException("b is no event.");
            handled.Add(e.EventId);
            return Task.CompletedTask;
        });
        outcomes.ShouldBe([null, "b is no event.", null]);
        handled.ShouldBe(["a", "c"]);
    }

    [Fact]
    public async Task What_may_be_mended_is_of_the_whole_batch() =>
        await Should.ThrowAsync<IOException>(() =>
            Three.OneByOneAsync(e => e.EventId == "b" ? throw new IOException() : Task.CompletedTask)
        );

    private static BusEvent Event(string id) => new(id, "name", "1", default, "", default);
}
