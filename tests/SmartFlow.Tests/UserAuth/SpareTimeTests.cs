using SmartFlow.UserAuth.Accounts;

namespace SmartFlow.Tests.UserAuth;

/// <summary>What the kernel says of a thread that hashes a new password.</summary>
public sealed class SpareTimeTests
{
    private const int Nice = 18;
    private const int Policy = 40;
    private const string Idle = "5";
    private const string Ordinary = "0";

    [Fact]
    public async Task New_passwords_are_hashed_with_what_is_to_spare_and_end_on_a_full_machine_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other kernels are not asked.");
        var (atOnce, nice, later) = await Task
            .Factory.StartNew(
                () =>
                    SpareTime.Run(() =>
                    {
                        var first = Stat();
                        while (Stat()[Policy] == Idle)
                            Thread.Yield();
                        return (first[Policy], first[Nice], Stat()[Policy]);
                    }),
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default
            )
            .WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        atOnce.ShouldBe(Idle);
        nice.ShouldBe("10");
        later.ShouldBe(Ordinary);
    }

    /// <summary>Of this thread, as proc(5) numbers its fields, from 0.</summary>
    private static string[] Stat()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        return ["", "", .. stat[(stat.LastIndexOf(')') + 2)..].Split(' ')];
    }
}
