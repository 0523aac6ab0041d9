using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Outbox;
using SmartFlow.TokenStore.Charging;

namespace SmartFlow.Tests.TokenStore;

public sealed class ChargeCommandTests
{
    private static readonly CreditChargeRequested Plain = new()
    {
        UserId = 1,
        EventId = "e",
        Scene = "agent.chat",
        ProviderName = "p",
        ModelName = "m",
        PriceRuleId = 1,
        PriceRuleVersion = 2,
        InputTokens = 3,
        OutputTokens = 4,
        CachedTokens = 5,
        CacheWriteTokens = 6,
        ReasoningTokens = 7,
        Estimated = true,
        CostMicroYuan = 8,
        CreditMicros = 9,
        Outcome = "completed",
        ConversationId = "c",
    };

    /// <summary>The fingerprints of all charges so far were made of what the serializer wrote.</summary>
    [Fact]
    public void The_metadata_is_what_the_serializer_of_events_writes() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<(string?, string?, string?, long, bool)>(),
                ((string? A, string? B, string? C, long N, bool Is) v) =>
                {
                    var charge = Plain with
                    {
                        Scene = v.A!,
                        ModelName = v.B!,
                        ConversationId = v.C!,
                        CostMicroYuan = v.N,
                        Estimated = v.Is,
                        Images = v.Is ? 2 : 0,
                    };
                    ChargeCommand
                        .Metadata(charge)
                        .ShouldBe(
                            JsonSerializer.Serialize(
                                new
                                {
                                    charge.Scene,
                                    charge.ProviderName,
                                    charge.ModelName,
                                    charge.PriceRuleId,
                                    charge.PriceRuleVersion,
                                    charge.InputTokens,
                                    charge.OutputTokens,
                                    charge.CachedTokens,
                                    charge.CacheWriteTokens,
                                    charge.ReasoningTokens,
                                    Images = charge.Images > 0 ? charge.Images : (long?)null,
                                    charge.Estimated,
                                    charge.CostMicroYuan,
                                    charge.Outcome,
                                    charge.ConversationId,
                                },
                                EventJson.Options
                            )
                        );
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    [Fact]
    public void A_charge_whose_numbers_cannot_be_is_no_charge()
    {
        ChargeCommand.Problem(Plain).ShouldBeNull();
        ChargeCommand.Problem(Plain with { CreditMicros = -1 }).ShouldNotBeNull();
        ChargeCommand.Problem(Plain with { UserId = 0 }).ShouldNotBeNull();
        ChargeCommand.Problem(Plain with { UserId = 1UL << 63 }).ShouldNotBeNull();
        ChargeCommand.Problem(Plain with { InputTokens = -1 }).ShouldNotBeNull();
        ChargeCommand.Problem(Plain with { ReasoningTokens = long.MaxValue }).ShouldNotBeNull();
    }
}
