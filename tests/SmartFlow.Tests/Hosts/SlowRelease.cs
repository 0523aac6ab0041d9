using System.Reflection;
using SmartFlow.Contracts.Ledger;

namespace SmartFlow.Tests.Hosts;

/// <summary>The real ledger, whose release of a hold waits until a test lets it go.</summary>
public class SlowRelease : DispatchProxy
{
    private ICreditLedger ledger = null!;
    private TaskCompletionSource reached = null!;
    private Task gate = null!;

    public static ICreditLedger Over(ICreditLedger ledger, TaskCompletionSource reached, Task gate)
    {
        var proxy = Create<ICreditLedger, SlowRelease>();
        ((SlowRelease)(object)proxy).Set(ledger, reached, gate);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == nameof(ICreditLedger.ReleaseAsync)
            ? ReleaseAsync((ReleaseRequest)args![0]!)
            : targetMethod.Invoke(ledger, args);

    private void Set(ICreditLedger to, TaskCompletionSource tell, Task wait) =>
        (ledger, reached, gate) = (to, tell, wait);

    private async Task<ReleaseResponse> ReleaseAsync(ReleaseRequest request)
    {
        reached.TrySetResult();
        await gate;
        return await ledger.ReleaseAsync(request, default);
    }
}
