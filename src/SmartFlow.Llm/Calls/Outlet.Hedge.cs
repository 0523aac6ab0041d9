using SmartFlow.Llm.Providers;

namespace SmartFlow.Llm.Calls;

/// <summary>
/// Two candidates at once: the second where the first is silent for too long. The faster one answers and is charged.
/// </summary>
internal sealed partial class Outlet
{
    private async Task<Try> HedgeAsync(Call call, int index, TimeSpan patience, CancellationToken cancellationToken)
    {
        Runner? first = new(this, call, index, cancellationToken),
            second = null;
        try
        {
            if (await FinishesWithinAsync(first.Run, patience, cancellationToken) || call.IsForNobody)
                return Won(ref first, await first.Run, 1);
            second = new Runner(this, call, index + 1, cancellationToken);
            var secondLeads = await Task.WhenAny(first.Run, second.Run) == second.Run;
            var leader = await (secondLeads ? second : first).Run;
            if (leader.Begun is null)
            {
                // The one that is left decides.
                secondLeads = !secondLeads;
                var other = await (secondLeads ? second : first).Run;
                if (other.Begun is null)
                    return new Try(2, null, other.Failure!.Kind == FailureKind.Busy ? leader.Failure : other.Failure);
                leader = other;
            }
            else
            {
                var loser = secondLeads ? first : second;
                await loser.Stop.CancelAsync();
                // One that failed at the same moment has told so itself.
                var failed = loser.Run.IsCompletedSuccessfully && (await loser.Run).Begun is null;
                if (!failed)
                    call.Outrun(call.Candidates[loser.Index].Priced);
            }
            if (secondLeads)
                Won(ref second, leader, 2);
            else
                Won(ref first, leader, 2);
            // The loser's mark may be the later one; should we die now, the winner's price is the right one.
            try
            {
                await MarkSentAsync(call, leader.Begun!.Candidate, CancellationToken.None);
            }
            catch (Exception)
            {
                await leader.Begun!.DisposeAsync();
                throw;
            }
            return leader with { Asked = 2 };
        }
        finally
        {
            if (first is not null)
                _ = first.DropAsync();
            if (second is not null)
                _ = second.DropAsync();
        }
    }

    /// <summary>From here on the answer owns what stops it.</summary>
    private static Try Won(ref Runner? runner, Try result, int asked)
    {
        if (result.Begun is not null)
        {
            result.Begun.Stop = runner!.Stop;
            runner = null;
        }
        return result with { Asked = asked };
    }

    private async Task<bool> FinishesWithinAsync(Task run, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var finished = await Task.WhenAny(run, Task.Delay(patience, time, waiting.Token)) == run;
        await waiting.CancelAsync();
        return finished;
    }

    /// <summary>A candidate being asked, which can be stopped for itself.</summary>
    private sealed class Runner
    {
        public Runner(Outlet outlet, Call call, int index, CancellationToken cancellationToken)
        {
            Index = index;
            Stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            Run = outlet.TryAsync(call, index, Stop.Token);
        }

        public int Index { get; }

        public CancellationTokenSource Stop { get; }

        public Task<Try> Run { get; }

        /// <summary>Stops it; nobody waits for that.</summary>
        public async Task DropAsync()
        {
            try
            {
                await Stop.CancelAsync();
                if ((await Run).Begun is { } late)
                    await late.DisposeAsync();
            }
            catch (Exception)
            {
                // It was stopped or failed: nobody asks any more.
            }
            finally
            {
                Stop.Dispose();
            }
        }
    }
}
