using System.Buffers;
using System.Buffers.Text;

namespace ActorCache.EmbeddedServer.Connections;

/// <summary>The replies of a batch of commands, gathered so that they leave in one send.</summary>
internal sealed class ReplyBuffer : IDisposable
{
    /// <summary>Replies are sent at this size even if commands wait, so that a client which never reads costs no more memory.</summary>
    public const int FlushAt = 128 * 1024;

    private const int InitialSize = 4 * 1024;
    private const int NumberWidth = 20;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(InitialSize);

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Length);

    public Span<byte> From(int start) => _bytes.AsSpan(start, Length - start);

    public void CutTo(int length) => Length = length;

    public void Clear()
    {
        Length = 0;
        if (_bytes.Length > 2 * FlushAt)
        {
            // One large value must not keep its room for as long as the connection lives.
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = ArrayPool<byte>.Shared.Rent(InitialSize);
        }
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        Length += bytes.Length;
    }

    public void Line() => Write("\r\n"u8);

    public void Line(ReadOnlySpan<byte> bytes)
    {
        var room = Room(bytes.Length + 2);
        bytes.CopyTo(room);
        room[bytes.Length] = (byte)'\r';
        room[bytes.Length + 1] = (byte)'\n';
        Length += bytes.Length + 2;
    }

    public void Number(ulong number)
    {
        Utf8Formatter.TryFormat(number, Room(NumberWidth), out var width);
        Length += width;
    }

    public void Number(char prefix, ulong number)
    {
        Room(1)[0] = (byte)prefix;
        Length++;
        Number(number);
    }

    public void Number(ReadOnlySpan<byte> prefix, ulong number)
    {
        Write(prefix);
        Number(number);
    }

    public void Base64(ReadOnlySpan<byte> bytes)
    {
        var room = Room(System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(bytes.Length));
        System.Buffers.Text.Base64.EncodeToUtf8(bytes, room, out _, out var written);
        Length += written;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private Span<byte> Room(int atLeast)
    {
        if (_bytes.Length - Length < atLeast)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(Length + atLeast), 2 * _bytes.Length));
            _bytes.AsSpan(0, Length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }
        return _bytes.AsSpan(Length);
    }
}
