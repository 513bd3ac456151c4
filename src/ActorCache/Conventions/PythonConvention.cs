namespace ActorCache;

/// <summary>
/// The flags of python-memcached, which pymemcache (serde.py) and pylibmc (_pylibmcmodule.h) took over. A Python string is text, bytes have
/// no flag, an integer is one of two; everything else is pickled.
/// </summary>
internal sealed class PythonConvention : Convention
{
    private const uint Pickle = 1;
    private const uint Integer = 2;
    private const uint Long = 4; // what pylibmc calls every integer under Python 3
    private const uint Zlib = 8;
    private const uint Text = 16;

    public override uint? Deflated => Zlib;

    public override uint FlagsOf(ValueKind kind, bool isJson) => kind switch
    {
        ValueKind.Integer => Integer,
        ValueKind.Text => Text,
        ValueKind.Object when isJson => Text,
        _ => 0,
    };

    public override bool IsBare(uint flags) => (flags & ValueFlags.Convention & ~(Integer | Long | Text)) == 0;

    public override ReadOnlySpan<byte> Undo(uint flags, ReadOnlySpan<byte> bytes, BoundedBuffer room)
    {
        if ((flags & Pickle) != 0)
            throw new CacheValueException("The value was pickled by Python, which only Python reads; have it stored there as text, an integer or bytes.");
        var unknown = flags & ValueFlags.Convention & ~(Integer | Long | Zlib | Text);
        if (unknown != 0) throw new CacheValueException($"The client flags 0x{unknown:x} mean nothing to Python's clients; FlagConvention is Python.");
        if ((flags & Zlib) == 0) return bytes;
        new DeflateCompressor().Decompress(bytes, room);
        return room.Written;
    }
}
