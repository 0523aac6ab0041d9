using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using SmartFlow.Platform.Data;

namespace SmartFlow.UserAuth.Accounts;

/// <summary>
/// Once, for names from before looks were compared: the first user of a look keeps the name and the plaza hears of it,
/// the others and those whose name is no longer taken are asked for one when they next write. Later starts find nothing
/// to do.
/// </summary>
internal sealed class GiveLooks(IWriter<UserAuthDb> writer, TimeProvider time) : IHostedService
{
    private const int Batch = 500;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        while (await TryAsync(cancellationToken) == Batch)
            cancellationToken.ThrowIfCancellationRequested();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<int> TryAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await writer.WriteAsync(GiveAsync, cancellationToken);
        }
        catch (Exception e) when (UniqueViolation.Is(e))
        {
            // Another process gave a look of this batch at the same time: it is read again.
            return Batch;
        }
    }

    private async Task<int> GiveAsync(UserAuthDb db, CancellationToken cancellationToken)
    {
        var users = await db
            .Users.Where(u => u.DisplayName != null && u.DisplayLook == null)
            .OrderBy(u => u.Id)
            .Take(Batch)
            .ToListAsync(cancellationToken);
        foreach (var user in users)
        {
            var name = DisplayNames.Tidy(user.DisplayName!);
            var look = DisplayNames.Problem(name) is null ? NameLook.Of(name) : null;
            if (look is null || await db.Users.AnyAsync(u => u.DisplayLook == look, cancellationToken))
                user.DisplayName = null;
            else
            {
                (user.DisplayName, user.DisplayLook) = (name, look);
                db.PublishName(user.Id, name, time.GetUtcNow());
            }
            await db.SaveChangesAsync(cancellationToken);
        }
        return users.Count;
    }
}
