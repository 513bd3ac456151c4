using System.Text;

namespace ActorCache.Chaos;

/// <summary>
/// A key and what may be read of it. One writer at a time sets and deletes it, each time under the next version, so that order is known;
/// any number of readers judge what they get.
/// </summary>
internal sealed class TrackedKey(string name, string owner)
{
    private long _begun;
    private long _floor;

    public string Name { get; } = name;

    public byte[] Utf8 { get; } = Encoding.UTF8.GetBytes(name);

    /// <summary>The server it belonged to when it was made.</summary>
    public string Owner { get; } = owner;

    /// <summary>Held by whoever writes.</summary>
    public SemaphoreSlim Pen { get; } = new(1, 1);

    /// <summary>The last version that was acknowledged to its writer: nothing older may be read by a read that begins now.</summary>
    public long Floor => Volatile.Read(ref _floor);

    /// <summary>A set or delete begins: this is its version.</summary>
    public long Begin()
    {
        Volatile.Write(ref _begun, _begun + 1);
        return _begun;
    }

    /// <summary>A server has said that it was done.</summary>
    public void Acknowledge(long version) => Volatile.Write(ref _floor, version);

    /// <summary>
    /// What a hit comes to, for a read that began when the floor was <paramref name="floor"/>. Deletes have versions too and no values:
    /// whatever was before one that was acknowledged is stale.
    /// </summary>
    public Judgement Judge(ReadOnlySpan<byte> value, long floor)
    {
        var version = ProvenValue.VersionOf(value, Utf8);
        if (version < 1 || version > Volatile.Read(ref _begun)) return Judgement.Wrong;
        return version < floor ? Judgement.Stale : Judgement.Right;
    }
}
