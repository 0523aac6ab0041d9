#!/usr/bin/env bash
# Confluent.Kafka: an idempotent producer passes over a message that timed out and sends those behind it.
#
# What surprises: with EnableIdempotence the order of a partition is guaranteed, one reads, and a message has message.timeout.ms (5 min) to arrive.
# A message whose time runs out while no broker can be reached is reported as failed, and the next one of the same key, which was
# handed over a little later, is sent when the broker is back. Whoever sends the failed one again then has it behind the second:
# the order of the key is lost although idempotence, acks=all and even the setting enable.gapless.guarantee were on.
# Why it matters: a relay that hands over batches and repeats those that failed must not rely on the producer's time-out. It may wait without
# a time-out (MessageTimeoutMs = 0) and throw the whole producer away when it gives up: what arrived is then a beginning of the batch.
#
# Ends with 0 while this is so, with 1 when it is no longer. Needs the .NET 10 SDK on Linux. The broker is librdkafka's own mock.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > finding.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="Confluent.Kafka" Version="2.16.0" /></ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using System.Runtime.InteropServices;
using Confluent.Kafka;

var cluster = Mock.New(Mock.Client(0, Mock.Conf(), new byte[512], 512), 1);
Mock.Topic(cluster, "topic", 1, 1);
var servers = Marshal.PtrToStringUTF8(Mock.Servers(cluster))!;
using var producer = new ProducerBuilder<string, string>(new ProducerConfig
{
    BootstrapServers = servers, EnableIdempotence = true, Acks = Acks.All, EnableGaplessGuarantee = true, MessageTimeoutMs = 4_000,
    ReconnectBackoffMaxMs = 200, LingerMs = 1,
}).SetLogHandler((_, _) => { }).SetErrorHandler((_, e) => { if (e.IsFatal) Console.WriteLine($"fatal: {e}"); }).Build();
await producer.ProduceAsync("topic", new Message<string, string> { Key = "k", Value = "zero" });
Mock.Down(cluster, 1);
var first = Send("first");
await Task.Delay(3_000);
var second = Send("second");
var one = await first;
Mock.Up(cluster, 1);
var two = await second;
Console.WriteLine($"Confluent.Kafka {typeof(ProducerConfig).Assembly.GetName().Version}, librdkafka {Library.VersionString}");
Console.WriteLine($"first: {one}");
Console.WriteLine($"second: {two}");
return one.StartsWith("Local_MsgTimedOut", StringComparison.Ordinal) && two == "stored" ? 0 : 1;

async Task<string> Send(string value)
{
    try
    {
        await producer.ProduceAsync("topic", new Message<string, string> { Key = "k", Value = value });
        return "stored";
    }
    catch (ProduceException<string, string> e)
    {
        return $"{e.Error.Code} ({e.DeliveryResult.Status})";
    }
}

internal static class Mock
{
    private const string Native = "librdkafka";

    [DllImport(Native, EntryPoint = "rd_kafka_conf_new")] public static extern nint Conf();
    [DllImport(Native, EntryPoint = "rd_kafka_new")] public static extern nint Client(int type, nint conf, byte[] error, nint size);
    [DllImport(Native, EntryPoint = "rd_kafka_mock_cluster_new")] public static extern nint New(nint client, int brokers);
    [DllImport(Native, EntryPoint = "rd_kafka_mock_cluster_bootstraps")] public static extern nint Servers(nint cluster);
    [DllImport(Native, EntryPoint = "rd_kafka_mock_topic_create")] public static extern int Topic(nint cluster, string topic, int partitions, int replicas);
    [DllImport(Native, EntryPoint = "rd_kafka_mock_broker_set_down")] public static extern int Down(nint cluster, int broker);
    [DllImport(Native, EntryPoint = "rd_kafka_mock_broker_set_up")] public static extern int Up(nint cluster, int broker);
}
CS
dotnet run -v q --nologo 2>/dev/null
