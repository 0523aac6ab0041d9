using System.Diagnostics;
using System.Globalization;
using System.Text;
using SmartFlow.Contracts.Ledger;

namespace SmartFlow.Bench.Rpc;

/// <summary>
/// The hold before a model call, asked and answered within one process: with the contract's messages as it is, with
/// plain records, and with records that are made into messages at the border and back, as they would have to be where
/// the ledger is elsewhere.
/// </summary>
internal static class MessagesOrRecords
{
    private const string Event = "a-call-of-some-user-0123456789";
    private static long sink;

    private sealed record Key(ulong UserId, string EventId);

    private sealed record Hold(Key Key, long AmountMicros);

    private sealed record Held(ReserveOutcome Outcome, long HoldMicros, long BalanceMicros, long HeldMicros);

    public static string Run(bool quick)
    {
        var text = new StringBuilder("| a hold asked and answered in one process | ns | bytes |\n|---|---|---|\n");
        foreach (
            var (name, once) in new (string, Action<int>)[]
            {
                ("messages", Messages),
                ("records", Records),
                ("records, messages at the border", Both),
            }
        )
        {
            var (nanoseconds, bytes) = Measure(once, quick ? 1_000_000 : 10_000_000);
            text.AppendLine(CultureInfo.InvariantCulture, $"| {name} | {nanoseconds:N1} | {bytes:N0} |");
        }
        return text.ToString();
    }

    private static (double Nanoseconds, double Bytes) Measure(Action<int> once, int times)
    {
        var runs = new List<(double, double)>();
        for (var run = 0; run < 5; run++)
        {
            var (begin, bytes) = (Stopwatch.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
            for (var i = 0; i < times; i++)
                once(i);
            runs.Add(
                (
                    Stopwatch.GetElapsedTime(begin).TotalNanoseconds / times,
                    (double)(GC.GetAllocatedBytesForCurrentThread() - bytes) / times
                )
            );
        }
        return runs.Order().ElementAt(runs.Count / 2);
    }

    private static void Messages(int i) =>
        Read(
            Answer(
                new ReserveRequest
                {
                    Key = new CallKey { UserId = (ulong)i, EventId = Event },
                    AmountMicros = i,
                }
            )
        );

    private static void Records(int i) => Read(Answer(new Hold(new Key((ulong)i, Event), i)));

    private static void Both(int i)
    {
        var asked = new Hold(new Key((ulong)i, Event), i);
        var request = new ReserveRequest
        {
            Key = new CallKey { UserId = asked.Key.UserId, EventId = asked.Key.EventId },
            AmountMicros = asked.AmountMicros,
        };
        var held = Answer(new Hold(new Key(request.Key.UserId, request.Key.EventId), request.AmountMicros));
        var answer = new ReserveResponse
        {
            Outcome = held.Outcome,
            HoldMicros = held.HoldMicros,
            BalanceMicros = held.BalanceMicros,
            HeldMicros = held.HeldMicros,
        };
        Read(new Held(answer.Outcome, answer.HoldMicros, answer.BalanceMicros, answer.HeldMicros));
    }

    private static ReserveResponse Answer(ReserveRequest request) =>
        new()
        {
            Outcome = ReserveOutcome.Reserved,
            HoldMicros = request.AmountMicros,
            BalanceMicros = (long)request.Key.UserId,
            HeldMicros = request.Key.EventId.Length,
        };

    private static Held Answer(Hold hold) =>
        new(ReserveOutcome.Reserved, hold.AmountMicros, (long)hold.Key.UserId, hold.Key.EventId.Length);

    private static void Read(ReserveResponse answer) =>
        sink += answer.HoldMicros + answer.BalanceMicros + answer.HeldMicros;

    private static void Read(Held answer) => sink += answer.HoldMicros + answer.BalanceMicros + answer.HeldMicros;
}
