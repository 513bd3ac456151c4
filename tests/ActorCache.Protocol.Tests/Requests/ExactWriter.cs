using System.Buffers;

namespace ActorCache.Protocol.Tests;

/// <summary>Lends exactly what was asked for, so that a request that asks for too little fails.</summary>
internal sealed class ExactWriter : IBufferWriter<byte>
{
    private byte[] _lent = [];

    public int Lines { get; private set; }

    public void Advance(int count) => Lines += _lent.AsSpan(0, count).Count((byte)'\n');

    public Memory<byte> GetMemory(int sizeHint = 0) => _lent = new byte[Math.Max(1, sizeHint)];

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
