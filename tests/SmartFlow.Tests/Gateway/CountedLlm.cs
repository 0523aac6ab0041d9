using System.Reflection;
using SmartFlow.Contracts.Llm;

namespace SmartFlow.Tests.Gateway;

/// <summary>The real model service, and how often it was asked for the state of a call.</summary>
public class CountedLlm : DispatchProxy
{
    private static int looks;
    private ILlm llm = null!;

    /// <summary>In all tests; only one counts.</summary>
    public static int Looks => Volatile.Read(ref looks);

    public static ILlm Over(ILlm llm)
    {
        var proxy = Create<ILlm, CountedLlm>();
        ((CountedLlm)(object)proxy).llm = llm;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(ILlm.GetCallAsync))
            Interlocked.Increment(ref looks);
        return targetMethod.Invoke(llm, args);
    }
}
