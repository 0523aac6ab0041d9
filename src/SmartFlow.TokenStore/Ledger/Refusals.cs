namespace SmartFlow.TokenStore;

/// <summary>Why a movement was refused for ever: the words of <see cref="CreditRejection.Reason"/>.</summary>
internal static class Refusals
{
    public const string NoAccount = "no_account";
    public const string OutOfRange = "out_of_range";
}
