using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform;
using SmartFlow.Platform.Web;

namespace SmartFlow.Tests.Platform.Bus;

public sealed class TopicsCommandTests(KafkaBrokers brokers)
{
    private static readonly string[] Declared =
    [
        .. typeof(Topics)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(f => (string)f.GetRawConstantValue()!)
            .Order(StringComparer.Ordinal),
    ];

    [Fact]
    public async Task Every_topic_is_looked_for_and_what_is_there_stays_as_it_is()
    {
        var cluster = await brokers.NewClusterAsync();
        var list = await RunAsync(cluster.Servers, "topics list");
        list.Text.ShouldBe(string.Concat(Declared.Select(t => $"{t}: 4 partitions, 1 replicas\n")));
        list.Code.ShouldBe(0);
        var create = await RunAsync(cluster.Servers, "topics create", "--partitions", "7", "--replication", "1");
        create.Text.ShouldBe(string.Concat(Declared.Select(t => $"{t}: there\n")));
        create.Code.ShouldBe(0);
    }

    [Theory]
    [InlineData("topics create", "--partitions")]
    [InlineData("topics create", "--partitions", "0")]
    [InlineData("topics create", "--replication", "x")]
    [InlineData("topics create", "--copies", "3")]
    public async Task A_wrong_use_is_told(string command, params string[] arguments) =>
        (await RunAsync("127.0.0.1:1", command, arguments)).ShouldBe(
            (2, "smartflow topics create [--partitions 1..10000] [--replication 1..100]\n")
        );

    [Fact]
    public async Task Without_Kafka_it_says_what_to_set()
    {
        var (code, text) = await RunAsync("", "topics create");
        code.ShouldBe(2);
        text.ShouldContain("Bus__Kafka__BootstrapServers");
    }

    [Theory]
    [InlineData("BootstrapServers", "somewhere", "host:port")]
    [InlineData("SecurityProtocol", "SaslSsl", "SaslUsername")]
    [InlineData("SecurityProtocol", "Saslssh", "SecurityProtocol")]
    [InlineData("SaslUsername", "me", "SaslSsl")]
    [InlineData("CaFile", "/nowhere.pem", "/nowhere.pem")]
    [InlineData("KeyFile", "/nowhere.pem", "CertificateFile")]
    [InlineData("DeliverySeconds", "0", "DeliverySeconds")]
    public async Task A_setting_that_cannot_work_stops_the_start_and_is_named(
        string setting,
        string value,
        string named
    )
    {
        var failure = await Should.ThrowAsync<Exception>(() =>
            SmartFlowApp.StartAsync(s =>
            {
                s.Settings["Bus:Kafka:BootstrapServers"] = "127.0.0.1:1";
                s.Settings[$"Bus:Kafka:{setting}"] = value;
            })
        );
        SetupProblems.Explain(failure).ShouldNotBeNull(failure.ToString()).ShouldContain(named);
    }

    private static async Task<(int Code, string Text)> RunAsync(string servers, string name, params string[] arguments)
    {
        var (app, _, folder, _) = SmartFlowApp.Build(s => s.Settings["Bus:Kafka:BootstrapServers"] = servers);
        await using (app)
        {
            await using var output = new StringWriter { NewLine = "\n" };
            var code = await app
                .Services.GetServices<ICommand>()
                .Single(c => c.Name == name)
                .RunAsync(arguments, output, default);
            TestFolders.Delete(folder);
            return (code, output.ToString());
        }
    }
}
