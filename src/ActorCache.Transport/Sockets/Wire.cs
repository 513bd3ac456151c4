namespace ActorCache.Transport;

/// <summary>Bytes out, bytes in, and an end: all that a connection knows of its socket. Tests put a pair of buffers here.</summary>
internal abstract class Wire : IDisposable
{
    /// <summary>Reads some bytes; 0 when the peer has closed.</summary>
    public abstract ValueTask<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Writes all of the bytes.</summary>
    public abstract ValueTask SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Writes all of these requests.</summary>
    public virtual ValueTask SendAsync(SendBuffer requests) => SendAsync(requests.Written);

    /// <summary>Ends both directions; a pending read or write ends with an exception or with 0 bytes.</summary>
    public abstract void Dispose();

    /// <summary>As <see cref="Dispose"/>, and what has been written but is not on its way yet is thrown away.</summary>
    public virtual void Abort() => Dispose();
}
