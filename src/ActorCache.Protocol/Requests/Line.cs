using System.Buffers;
using System.Buffers.Text;

namespace ActorCache.Protocol;

/// <summary>One request line being written into the span that the output lent.</summary>
internal ref struct Line(Span<byte> room)
{
    private readonly Span<byte> _room = room;
    private int _length;
    private bool _isBase64;

    /// <summary>A key as it is kept. One in base64 has its flag written at the line's end.</summary>
    public void Key(ReadOnlySpan<byte> key)
    {
        _isBase64 = CacheKey.IsBase64(key);
        Text(CacheKey.TextOf(key));
    }

    /// <summary>The same for the classic dialect, which has no base64.</summary>
    public void ClassicKey(ReadOnlySpan<byte> key)
    {
        if (CacheKey.IsBase64(key)) _length += CacheKey.ToClassic(key, _room[_length..]);
        else Text(key);
    }

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
        Text(_isBase64 ? " b\r\n"u8 : "\r\n"u8);
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
