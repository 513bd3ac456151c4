using System.Buffers;
using System.Buffers.Text;

namespace ActorCache.Protocol;

/// <summary>One request line being written into the span that the output lent.</summary>
internal ref struct Line(Span<byte> room)
{
    private readonly Span<byte> _room = room;
    private int _length;

    public void Text(ReadOnlySpan<byte> text)
    {
        text.CopyTo(_room[_length..]);
        _length += text.Length;
    }

    public void Number(ReadOnlySpan<byte> before, long number)
    {
        Text(before);
        Utf8Formatter.TryFormat(number, _room[_length..], out var written);
        _length += written;
    }

    public void Number(ReadOnlySpan<byte> before, ulong number)
    {
        Text(before);
        Utf8Formatter.TryFormat(number, _room[_length..], out var written);
        _length += written;
    }

    public void Opaque(ushort opaque)
    {
        Utf8Formatter.TryFormat(opaque, _room[_length..], out var written);
        _length += written;
    }

    public void End(IBufferWriter<byte> output)
    {
        Text("\r\n"u8);
        output.Advance(_length);
    }

    /// <summary>The data block behind a line, and what closes it.</summary>
    public static void Block(IBufferWriter<byte> output, in ReadOnlySequence<byte> value)
    {
        if (value.IsSingleSegment) output.Write(value.FirstSpan);
        else
        {
            foreach (var segment in value) output.Write(segment.Span);
        }
        output.Write("\r\n"u8);
    }
}
