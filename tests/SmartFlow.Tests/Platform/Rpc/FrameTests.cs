using System.Buffers;
using System.IO.Pipelines;
using Google.Protobuf;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Rpc.Wire;

namespace SmartFlow.Tests.Platform.Rpc;

/// <summary>Frames that come in pieces, cut, changed or made up: read back or refused, never anything else.</summary>
public sealed class FrameTests
{
    private const int Limit = 4_096;
    private static readonly int Rounds = Environment.GetEnvironmentVariable("SMARTFLOW_SOAK") is null ? 5_000 : 500_000;

    [Fact]
    public async Task Messages_come_back_whatever_the_pieces_in_which_they_arrive()
    {
        var random = new Random(1);
        for (var round = 0; round < Rounds; round++)
        {
            var sent = Enumerable.Range(0, random.Next(4)).Select(_ => Message(random)).ToList();
            var bytes = Bytes(sent, compressFrom: random.Next(2) == 0 ? 0 : 20);
            (await ReadAllAsync(await PiecesAsync(bytes, random))).ShouldBe(sent);
        }
    }

    [Fact]
    public async Task What_is_cut_or_changed_is_read_or_refused_by_a_status()
    {
        var random = new Random(2);
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = Bytes([Message(random), Message(random)], compressFrom: random.Next(2) == 0 ? 0 : 20);
            for (var changes = random.Next(4); changes > 0; changes--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            if (random.Next(2) == 0) bytes = bytes[..random.Next(bytes.Length)];
            if (!await IsReadAsync(await PiecesAsync(bytes, random))) refused++;
        }
        refused.ShouldBeInRange(Rounds / 4, Rounds - 1);
    }

    [Fact]
    public async Task What_is_made_up_is_read_or_refused_by_a_status()
    {
        var random = new Random(3);
        for (var round = 0; round < Rounds; round++)
        {
            var bytes = new byte[random.Next(64)];
            random.NextBytes(bytes);
            if (bytes.Length > 4 && random.Next(2) == 0) (bytes[0], bytes[1], bytes[2], bytes[3]) = ((byte)random.Next(2), 0, 0, 0);
            await IsReadAsync(await PiecesAsync(bytes, random));
        }
    }

    [Fact]
    public async Task An_announced_length_is_refused_before_anything_is_kept_for_it()
    {
        foreach (var length in new[] { Limit + 1u, uint.MaxValue, 0x8000_0000u })
        {
            var prefix = new byte[Frame.PrefixBytes];
            Frame.WritePrefix(prefix, false, unchecked((int)length));
            var before = GC.GetAllocatedBytesForCurrentThread();
            var failure = Should.Throw<RpcException>(() =>
            {
                var buffer = new ReadOnlySequence<byte>(prefix);
                Frame.TryRead(ref buffer, Limit, out _, out _);
            });
            failure.Code.ShouldBe(RpcStatusCode.ResourceExhausted);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100_000);
        }
        (await ReadAllAsync(await PiecesAsync(Bytes([Sized(Limit - 3)], 0), new Random(4))))[0].CalculateSize().ShouldBe(Limit);
        Should.Throw<RpcException>(() => Bytes([Sized(Limit - 2)], 0)).Code.ShouldBe(RpcStatusCode.ResourceExhausted);
    }

    [Fact]
    public void A_packed_bomb_is_given_up_at_the_limit()
    {
        var bomb = Gzip.Pack(new byte[50_000_000]);
        bomb.Length.ShouldBeLessThan(500_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Should.Throw<RpcException>(() => Gzip.Unpack(new ReadOnlySequence<byte>(bomb), Limit)).Code.ShouldBe(RpcStatusCode.ResourceExhausted);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(200_000);
        Gzip.Unpack(new ReadOnlySequence<byte>(Gzip.Pack(new byte[Limit])), Limit).Length.ShouldBe(Limit);
        Should.Throw<RpcException>(() => Gzip.Unpack(new ReadOnlySequence<byte>(bomb[..1_000]), int.MaxValue)).Code.ShouldBe(RpcStatusCode.Internal);
    }

    private static SayRequest Message(Random random)
    {
        var payload = new byte[random.Next(300)];
        if (random.Next(2) == 0) random.NextBytes(payload);
        return new SayRequest { Text = new string('说', random.Next(30)), Payload = ByteString.CopyFrom(payload), Failures = random.Next(3) };
    }

    private static SayRequest Sized(int payload) => new() { Payload = ByteString.CopyFrom(new byte[payload]) };

    private static byte[] Bytes(IEnumerable<SayRequest> messages, int compressFrom)
    {
        var output = new ArrayBufferWriter<byte>();
        foreach (var message in messages) MessageWriter.Write(output, message, compressFrom, Limit);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A body that arrives in pieces of any length, empty ones included.</summary>
    private static async Task<PipeReader> PiecesAsync(byte[] bytes, Random random)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0, minimumSegmentSize: 16));
        for (var i = 0; i < bytes.Length;)
        {
            var length = Math.Min(random.Next(1, 40), bytes.Length - i);
            pipe.Writer.Write(bytes.AsSpan(i, length));
            await pipe.Writer.FlushAsync();
            i += length;
        }
        await pipe.Writer.CompleteAsync();
        return pipe.Reader;
    }

    private static async Task<List<SayRequest>> ReadAllAsync(PipeReader pipe)
    {
        var reader = new MessageReader(pipe, gzip: true, Limit);
        var read = new List<SayRequest>();
        while (await reader.ReadAsync(SayRequest.Parser, default) is { } message) read.Add(message);
        return read;
    }

    /// <summary>False: refused with a status of the protocol; every other exception is a defect.</summary>
    private static async Task<bool> IsReadAsync(PipeReader pipe)
    {
        try
        {
            foreach (var message in await ReadAllAsync(pipe)) message.CalculateSize().ShouldBeLessThanOrEqualTo(Limit);
            return true;
        }
        catch (RpcException e)
        {
            e.Code.ShouldBeOneOf(RpcStatusCode.Internal, RpcStatusCode.ResourceExhausted);
            return false;
        }
    }
}
