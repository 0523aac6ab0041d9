using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SmartFlow.Tests.Platform.Bus;

/// <summary>
/// librdkafka's own imitation of brokers, in a process of its own: this program, started with the variable below. It
/// takes commands from its input and ends with it. Its topics have to be made before they are used; its administration
/// of topics never answers.
/// </summary>
internal static partial class MockKafka
{
    public const string Variable = "SMARTFLOW_TEST_KAFKA";
    private const string Library = "librdkafka";
    private const int Producer = 0;

    /// <summary>Before anything else of the program.</summary>
    [ModuleInitializer]
    internal static void RunIfAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) != "1")
            return;
        Run(Console.In, Console.Out);
        Environment.Exit(0);
    }

    private static void Run(TextReader input, TextWriter output)
    {
        // As the client does: the first of them wants libsasl2.so.3, which Debian has under another name.
        NativeLibrary.SetDllImportResolver(typeof(MockKafka).Assembly, (name, assembly, path) =>
            NativeLibrary.TryLoad(name, assembly, path, out var library)
            || NativeLibrary.TryLoad("centos8-" + name, assembly, path, out library)
                ? library
                : 0
        );
        var handle = New(Producer, NewConf(), new byte[512], 512);
        var clusters = new List<nint>();
        while (input.ReadLine()?.Split(' ') is { } words)
        {
            output.WriteLine(Do(words, handle, clusters));
            output.Flush();
        }
    }

    private static string Do(string[] words, nint handle, List<nint> clusters)
    {
        int Number(int i) => int.Parse(words[i], CultureInfo.InvariantCulture);
        nint Cluster() => clusters[Number(1)];
        switch (words[0])
        {
            case "new":
                var made = NewCluster(handle, Number(1));
                SetSession(made, Number(2));
                SetHeartbeat(made, words.Length > 3 ? Number(3) : 200);
                SetInitialDelay(made, 0);
                clusters.Add(made);
                return $"{clusters.Count - 1} {Marshal.PtrToStringUTF8(Bootstraps(made))}";
            case "topic":
                return CreateTopic(Cluster(), words[2], Number(3), 1).ToString(CultureInfo.InvariantCulture);
            case "down":
                return SetDown(Cluster(), Number(2)).ToString(CultureInfo.InvariantCulture);
            case "up":
                return SetUp(Cluster(), Number(2)).ToString(CultureInfo.InvariantCulture);
            case "slow":
                return SetRtt(Cluster(), Number(2), Number(3)).ToString(CultureInfo.InvariantCulture);
            default:
                return "?";
        }
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    private static partial nint NewConf();

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    private static partial nint New(int type, nint conf, byte[] error, nint size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_new")]
    private static partial nint NewCluster(nint handle, int brokers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    private static partial nint Bootstraps(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateTopic(nint cluster, string topic, int partitions, int replicas);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_down")]
    private static partial int SetDown(nint cluster, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_up")]
    private static partial int SetUp(nint cluster, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_rtt")]
    private static partial int SetRtt(nint cluster, int broker, int milliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_set_group_consumer_session_timeout_ms")]
    private static partial void SetSession(nint cluster, int milliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_set_group_consumer_heartbeat_interval_ms")]
    private static partial void SetHeartbeat(nint cluster, int milliseconds);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_group_initial_rebalance_delay_ms")]
    private static partial void SetInitialDelay(nint cluster, int milliseconds);
}
