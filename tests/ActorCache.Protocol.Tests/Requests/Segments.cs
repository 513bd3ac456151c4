using System.Buffers;

namespace ActorCache.Protocol.Tests;

/// <summary>Cuts bytes into a sequence of segments, empty ones included.</summary>
internal static class Segments
{
    public static ReadOnlySequence<byte> Of(byte[] bytes, params int[] cuts)
    {
        Segment? first = null, last = null;
        var start = 0;
        foreach (var end in cuts.Append(bytes.Length))
        {
            last = new Segment(bytes.AsMemory(start, end - start), last);
            first ??= last;
            start = end;
        }
        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is null) return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}
