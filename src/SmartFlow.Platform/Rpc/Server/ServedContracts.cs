using SmartFlow.Platform.Rpc.Standard;

namespace SmartFlow.Platform.Rpc.Server;

/// <summary>The contracts of this process: those of its modules, health and reflection.</summary>
internal sealed class ServedContracts(IEnumerable<RpcContract> ofModules)
{
    public IReadOnlyList<RpcContract> All { get; } =
    [
        .. ofModules,
        RpcContract.Of<IHealthService>(HealthReflection.Descriptor.Services[0]),
        RpcContract.Of<IReflectionService>(ReflectionReflection.Descriptor.Services[0]),
    ];

    /// <summary>Empty is the process itself.</summary>
    public bool Has(string service) => service.Length == 0 || All.Any(c => c.Service.FullName == service);
}
