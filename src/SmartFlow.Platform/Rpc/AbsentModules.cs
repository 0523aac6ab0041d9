using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Rpc;

public static class AbsentModules
{
    internal const string Member = "absent_module";

    /// <summary>Refused because the installation does without the module, and not because the module is away.</summary>
    public static bool IsAbsentModule(this RefusedException refusal)
    {
        ArgumentNullException.ThrowIfNull(refusal);
        return refusal.Extensions?.ContainsKey(Member) == true;
    }
}
