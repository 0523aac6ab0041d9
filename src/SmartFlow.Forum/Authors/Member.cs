namespace SmartFlow.Forum.Authors;

/// <summary>
/// Who somebody is on the plaza: the name that they had when they last wrote, so that reading asks nobody else.
/// </summary>
internal sealed class Member
{
    public ulong UserId { get; set; }

    public required string Name { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}
