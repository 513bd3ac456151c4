namespace ActorCache.EmbeddedServer.Storage;

/// <summary>
/// One stored key and value, with what memcached remembers about it. Looked at and changed only while <see cref="ItemStore.Gate"/> is held;
/// the value array itself is never written to again once it is stored, so a reply may copy it after the gate is left.
/// </summary>
internal sealed class Item(byte[] key)
{
    // What the same item takes in memcached 1.6.18 on a 64 bit machine: header 48, cas 8, the key's terminator 1, the value's CRLF 2.
    private const int Overhead = 48 + 8 + 1 + 2;

    // Client flags other than 0 take 4 bytes more.
    private const int FlagsSize = 4;

    public byte[] Key { get; } = key;

    public byte[] Value { get; private set; } = [];

    public uint ClientFlags { get; private set; }

    /// <summary>Server seconds at which the item is gone; 0 is never.</summary>
    public uint ExpiresAt { get; set; }

    /// <summary>Server seconds of the last store or counted fetch.</summary>
    public uint LastAccess { get; set; }

    public ulong Cas { get; set; }

    /// <summary>The key came base64 encoded and goes back that way.</summary>
    public bool KeyIsBinary { get; set; }

    /// <summary>Fetched at least once.</summary>
    public bool Fetched { get; set; }

    /// <summary>Invalidated by <c>md I</c>, or overwritten with an older cas: a reader is told with an X.</summary>
    public bool Stale { get; set; }

    /// <summary>Some reader already won the right to recache it: the others are told with a Z.</summary>
    public bool TokenSent { get; set; }

    public Item? Newer { get; set; }

    public Item? Older { get; set; }

    public long Size => SizeOf(Key.Length, Value.Length, ClientFlags);

    /// <summary>Bytes an item counts against the memory limit and against the item size limit.</summary>
    public static long SizeOf(int key, long value, uint clientFlags) => Overhead + key + value + (clientFlags == 0 ? 0 : FlagsSize);

    /// <summary>Makes it a fresh item with a new value: nothing of the old one's history stays.</summary>
    public void Renew(byte[] value, uint clientFlags, uint expiresAt)
    {
        Value = value;
        ClientFlags = clientFlags;
        ExpiresAt = expiresAt;
        KeyIsBinary = Fetched = Stale = TokenSent = false;
    }

    /// <summary>Changes the value in place, as a counter that still fits does: the item's history stays.</summary>
    public void Overwrite(byte[] value) => Value = value;
}
