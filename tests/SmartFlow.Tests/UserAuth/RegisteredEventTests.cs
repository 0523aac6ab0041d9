using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.UserAuth;

/// <summary>Registration answers whether the ledger is there or not; its event makes good for what failed.</summary>
public sealed class RegisteredEventTests
{
    [Fact]
    public async Task The_credit_account_is_opened_later_when_the_ledger_was_out_of_reach()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Services = OutOfReachAtFirst);
        var ledger = app.Services.GetRequiredService<ICreditLedger>();
        var mei = await app.SignUpAsync();
        ((FailingLedger)ledger).Failures.ShouldBe(1);
        var balance = await Eventually.GetAsync(() => app.BalanceMicrosAsync(mei), b => b > 0);
        balance.ShouldBe(100_000_000);
    }

    private static void OutOfReachAtFirst(IServiceCollection services)
    {
        var real = services.Single(d => d.ServiceType == typeof(ICreditLedger)).ImplementationType!;
        services.AddSingleton(p =>
        {
            var failing = DispatchProxy.Create<ICreditLedger, FailingLedger>();
            ((FailingLedger)failing).Inner = (ICreditLedger)ActivatorUtilities.CreateInstance(p, real);
            return failing;
        });
    }
}

/// <summary>
/// The real ledger, whose first opening of an account fails. Public, because the runtime derives from it.
/// </summary>
public class FailingLedger : DispatchProxy
{
    private int openings;

    public ICreditLedger Inner { get; set; } = null!;

    public int Failures { get; private set; }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name != nameof(ICreditLedger.OpenAccountAsync) || Interlocked.Increment(ref openings) > 1)
            return targetMethod.Invoke(Inner, args);
        Failures++;
        return Task.FromException<OpenAccountResponse>(
            new RefusedException(ErrorCodes.Unavailable, "The ledger is out of reach.")
        );
    }
}
