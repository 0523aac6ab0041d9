namespace SmartFlow.Contracts.UserData;

public sealed partial class ExportPiece
{
    /// <summary>A piece of whole JSON values.</summary>
    public static ExportPiece Of(string section, IReadOnlyList<string> items) =>
        new() { Section = section, Items = { items } };
}
