using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SmartFlow.Llm;
using SmartFlow.Platform.Web;

namespace SmartFlow.Tests.Platform.Settings;

/// <summary>A settings file in YAML means what the same in JSON means.</summary>
public sealed class YamlConfigurationTests : IDisposable
{
    private readonly string folder = TestFolders.New();

    public void Dispose() => TestFolders.Delete(folder);

    [Fact]
    public async Task Maps_are_sections_and_lists_are_numbered()
    {
        var file = Write(
            """
            # comments and anchors are YAML's
            Web: &web { MaxBodyBytes: 2097152, TrustedProxies: "10.1.2.3" }
            Llm:
              Providers:
                - Name: first
                  BaseUrl: https://llm.example.org/v1
                  Models: [large, small]
              Aliases: { fast: [first/small] }
            Gateway:
            """
        );
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["SMARTFLOW_CONFIG"] = file);
        app.Services.GetRequiredService<IOptions<WebOptions>>().Value.MaxBodyBytes.ShouldBe(2_097_152);
        var llm = app.Services.GetRequiredService<IOptions<LlmOptions>>().Value;
        llm.Providers.Single().Models.ShouldBe(["large", "small"]);
        llm.Aliases["fast"].ShouldBe(["first/small"]);
    }

    [Fact]
    public void The_example_is_read_whole()
    {
        var read = new ConfigurationManager
        {
            ["SMARTFLOW_CONFIG"] = Path.Combine(Repository.Root, "deploy", "config.example.yaml"),
        };
        read.AddEnvironmentVariables();
        ConfigurationFile.Add(read);
        read["Remotes:Planner"].ShouldBe("http://planner:5090");
        read["Llm:Providers:1:Models:0"].ShouldBe("chat");
    }

    [Theory]
    [InlineData("Web: [", "cannot be read: line")]
    [InlineData("Web: 1\n---\nRpc: 2", "more than one document")]
    [InlineData("just text", "settings are expected")]
    [InlineData("Web: { A: 1 }\nweb: { a: 2 }", "is there twice")]
    [InlineData("? [a, b]\n: 1", "a name is expected")]
    [InlineData(
        "a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
        "nested deeper than 32 levels"
    )]
    [InlineData(
        "a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d]",
        "more than 10000 settings"
    )]
    public void What_cannot_be_meant_stops_the_start_and_is_named(string text, string problem)
    {
        var read = new ConfigurationManager { ["SMARTFLOW_CONFIG"] = Write(text) };
        read.AddEnvironmentVariables();
        Should.Throw<SetupException>(() => ConfigurationFile.Add(read)).Message.ShouldContain(problem);
    }

    private string Write(string text)
    {
        var file = Path.Combine(folder, "smartflow.yaml");
        File.WriteAllText(file, text);
        return file;
    }
}
