using Microsoft.Extensions.Options;

namespace SmartFlow.Tests.Llm;

/// <summary>A wrong setting stops the start and is named.</summary>
public class LlmOptionsCheckTests
{
    [Theory]
    [InlineData("Llm:Aliases:fast:0", "nothing", "Llm:Aliases:fast names nothing")]
    [InlineData("Llm:WeightedAliases:fast:0:Model", "nothing", "Llm:WeightedAliases:fast:0:Model is nothing")]
    [InlineData("Llm:WeightedAliases:fast:0:Weight", "-1", "Llm:WeightedAliases:fast:0")]
    [InlineData("Llm:BaseUrl", "localhost/v1", "Llm:BaseUrl")]
    [InlineData("Llm:Providers:0:BaseUrl", "h/v1", "Llm:Providers:0:BaseUrl")]
    [InlineData("Llm:Providers:0:MaxConcurrentCalls", "-1", "MaxConcurrentCalls")]
    [InlineData("Llm:Providers:0:IdleTimeoutSeconds", "0", "IdleTimeoutSeconds")]
    [InlineData("Llm:HedgeAfterMilliseconds", "-5", "HedgeAfterMilliseconds")]
    public async Task It_is_named_by_its_path(string setting, string value, string named) =>
        (await FailureAsync((setting, value))).ShouldContain(named);

    [Fact]
    public async Task Weights_that_are_all_zero_and_names_given_twice_are_mistakes()
    {
        (
            await FailureAsync(("Llm:WeightedAliases:fast:0:Model", "m"), ("Llm:WeightedAliases:fast:0:Weight", "0"))
        ).ShouldContain("above 0");
        (await FailureAsync(("Llm:Aliases:fast:0", "m"), ("Llm:WeightedAliases:fast:0:Model", "m"))).ShouldContain(
            "under Llm:Aliases too"
        );
        (await FailureAsync(("Llm:Providers:1:Name", "p"), ("Llm:Providers:1:BaseUrl", "http://h"))).ShouldContain(
            "name of several"
        );
    }

    [Fact]
    public async Task What_is_right_starts()
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
            Provider(s, ("Llm:WeightedAliases:fast:0:Model", "p/m"), ("Llm:Aliases:slow:0", "demo"))
        );
        var mei = await app.SignUpAsync();
        (await mei.GetAsync("/v1/models")).Text.ShouldContain("\"fast\"");
    }

    private static async Task<string> FailureAsync(params (string Name, string Value)[] settings) =>
        (
            await Should.ThrowAsync<OptionsValidationException>(() =>
                SmartFlowApp.StartAsync(s => Provider(s, settings))
            )
        ).Message;

    private static void Provider(AppSetup setup, params (string Name, string Value)[] settings)
    {
        (setup.Settings["Llm:Providers:0:Name"], setup.Settings["Llm:Providers:0:BaseUrl"]) = ("p", "http://h");
        setup.Settings["Llm:Providers:0:Models:0"] = "m";
        foreach (var (name, value) in settings)
            setup.Settings[name] = value;
    }
}
