using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SmartFlow.Llm;
using SmartFlow.Llm.Providers;

namespace SmartFlow.Tests.Llm;

/// <summary>No word of a provider tells a configured key, in whichever form it comes back.</summary>
public sealed class ProviderTextTests
{
    private const string Key = "sk-proj-Zm9vYmFyYmF6cXV4/0123+456789";

    [Theory]
    [InlineData(
        "Incorrect API key provided: sk-proj-Zm9vYmFyYmF6cXV4/0123+456789.",
        "Incorrect API key provided: ***."
    )]
    [InlineData("SK-PROJ-zm9vymfyymf6cxv4/0123+456789", "***")]
    [InlineData("GET /v1?key=sk-proj-Zm9vYmFyYmF6cXV4%2F0123%2B456789", "GET /v1?key=***")]
    [InlineData("Basic c2stcHJvai1abTl2WW1GeVltRjZjWFY0LzAxMjMrNDU2Nzg5", "Basic ***")]
    [InlineData("sk-proj-Zm9vYmFyYm… is not a key", "***… is not a key")]
    [InlineData("…Ymf6CXV4/0123+456789 is revoked", "…*** is revoked")]
    [InlineData("ab1 is no key, lab10 and cab1n are words", "*** is no key, lab10 and cab1n are words")]
    [InlineData("hunter-22 of https://user:hunter-22@llm.example.org/v1", "*** of https://user:***@***/v1")]
    [InlineData("?code=abcdefgh12345678", "?code=***")]
    [InlineData("The model is not available for project-456789.", "The model is not available for project-456789.")]
    [InlineData("", "")]
    public void A_key_is_blanked(string said, string shown)
    {
        var options = new LlmOptions
        {
            ApiKey = Key,
            BaseUrl = "https://user:hunter-22@llm.example.org/v1?code=abcdefgh12345678",
        };
        options.Providers.Add(
            new ProviderOptions
            {
                Name = "other",
                BaseUrl = "https://other.example.org",
                ApiKey = "ab1",
            }
        );
        new ProviderText(options).Clean(said).ShouldBe(shown);
    }

    [Fact]
    public async Task A_list_of_models_tells_none_to_users_and_none_to_the_log()
    {
        await using var fake = await FakeProvider.StartAsync();
        var log = new LogLines();
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Llm:BaseUrl"] = fake.BaseUrl + "?key=" + Uri.EscapeDataString(Key);
            s.Settings["Llm:ApiKey"] = Key;
            s.Services = services => services.AddSingleton<ILoggerProvider>(log);
        });
        var mei = await app.SignUpAsync();
        (await mei.GetAsync("/v1/models")).Text.ShouldNotContain(Key[..12]);
        log.All.ShouldContain(l => l.Contains("lists no models", StringComparison.Ordinal));
        log.All.ShouldNotContain(l => l.Contains("Zm9vYmFy", StringComparison.Ordinal));
    }
}
