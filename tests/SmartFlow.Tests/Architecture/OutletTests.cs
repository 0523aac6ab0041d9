using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using SmartFlow.Llm.Providers;

namespace SmartFlow.Tests.Architecture;

/// <summary>
/// Enumerates from the compiled code every way to a provider: only the outlet asks one, only providers speak HTTP.
/// </summary>
public sealed class OutletTests
{
    [Fact]
    public void Only_the_outlet_asks_a_provider() =>
        Callers("SmartFlow.Llm.Providers.IProvider", "SendAsync").ShouldBe(["SmartFlow.Llm.Calls.Outlet"]);

    [Fact]
    public void Only_providers_and_the_ways_to_our_own_processes_speak_to_the_network() =>
        NetworkTypes
            .SelectMany(t => Callers(t, null))
            .Distinct()
            .ShouldAllBe(c => c.StartsWith("SmartFlow.Llm.Providers.", StringComparison.Ordinal) || Ways.Contains(c));

    [Fact]
    public void A_planted_outlet_is_found()
    {
        string[] tests = [typeof(OutletTests).Assembly.Location];
        Callers("SmartFlow.Llm.Providers.IProvider", "SendAsync", tests).ShouldContain(typeof(Planted).FullName);
        Callers("System.Net.Http.HttpClient", null, tests).ShouldContain(typeof(Planted).FullName);
    }

    /// <summary>To our own processes, and to what users name for their notifications.</summary>
    private static readonly string[] Ways =
    [
        "SmartFlow.Platform.Rpc.Client.RpcChannel",
        "SmartFlow.Platform.Commands.ReadyCommand",
        "SmartFlow.Gateway.Fallback.AgentLink",
        "SmartFlow.Platform.Outbound.OutsideHttp",
    ];

    private static readonly string[] NetworkTypes =
    [
        "System.Net.Http.HttpClient",
        "System.Net.Http.HttpMessageInvoker",
        "System.Net.Http.SocketsHttpHandler",
        "System.Net.Sockets.Socket",
        "System.Net.Sockets.TcpClient",
        "System.Net.WebSockets.ClientWebSocket",
    ];

    private static IEnumerable<string> Ours =>
        Directory
            .GetFiles(AppContext.BaseDirectory, "*.dll")
            .Where(f =>
                Path.GetFileName(f) is "smartflow.dll"
                || Path.GetFileName(f).StartsWith("SmartFlow.", StringComparison.Ordinal)
            )
            .Where(f => Path.GetFileNameWithoutExtension(f) is not "SmartFlow.Tests");

    /// <summary>The outermost types whose code calls or creates the member; null: any member of the type.</summary>
    private static List<string> Callers(string type, string? member, IEnumerable<string>? assemblies = null) =>
        [.. (assemblies ?? Ours).SelectMany(a => CallersIn(a, type, member)).Distinct().Order()];

    private static List<string> CallersIn(string assembly, string type, string? member)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        var tokens = Tokens(metadata, type, member).ToHashSet();
        if (tokens.Count == 0)
            return [];
        var callers = new List<string>();
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            if (method.RelativeVirtualAddress == 0)
                continue;
            if (Calls(file.GetMethodBody(method.RelativeVirtualAddress).GetILBytes()!, tokens))
                callers.Add(Outermost(metadata, method.GetDeclaringType()));
        }
        return callers;
    }

    /// <summary>call, callvirt, newobj and ldftn with one of the tokens.</summary>
    private static bool Calls(byte[] code, HashSet<int> tokens)
    {
        for (var i = 0; i + 5 <= code.Length; i++)
            if (code[i] is 0x28 or 0x6F or 0x73 or 0x06 && tokens.Contains(BitConverter.ToInt32(code, i + 1)))
                return true;
        return false;
    }

    private static IEnumerable<int> Tokens(MetadataReader metadata, string type, string? member)
    {
        foreach (var handle in metadata.MemberReferences)
        {
            var reference = metadata.GetMemberReference(handle);
            if (
                reference.Parent.Kind == HandleKind.TypeReference
                && (member is null || metadata.GetString(reference.Name) == member)
                && NameOf(metadata, metadata.GetTypeReference((TypeReferenceHandle)reference.Parent)) == type
            )
                yield return MetadataTokens.GetToken(handle);
        }
        foreach (var handle in metadata.MethodDefinitions)
        {
            var method = metadata.GetMethodDefinition(handle);
            if (
                (member is null || metadata.GetString(method.Name) == member)
                && Outermost(metadata, method.GetDeclaringType()) == type
            )
                yield return MetadataTokens.GetToken(handle);
        }
    }

    private static string NameOf(MetadataReader metadata, TypeReference type) =>
        $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";

    private static string Outermost(MetadataReader metadata, TypeDefinitionHandle handle)
    {
        var type = metadata.GetTypeDefinition(handle);
        while (type.IsNested)
        {
            if (metadata.GetString(type.Name) == nameof(Planted))
                return typeof(Planted).FullName!;
            type = metadata.GetTypeDefinition(type.GetDeclaringType());
        }
        return $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}";
    }

    /// <summary>What must be caught: never run.</summary>
    private static class Planted
    {
        public static Task<ProviderAnswer> Ask(IProvider provider) =>
            provider.SendAsync(new ProviderRequest("m", default, false), default);

        public static HttpClient Speak() => new();
    }
}
