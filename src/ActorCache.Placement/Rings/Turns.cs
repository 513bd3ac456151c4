using System.Numerics;
using System.Runtime.InteropServices;

namespace ActorCache.Placement;

/// <summary>
/// Numbers, one after the other, for whoever is next. Each processor counts for itself, so that calls do not fight for a cache line; two that
/// count on one processor at once may get the same number, which costs evenness and nothing else.
/// </summary>
internal sealed class Turns
{
    private readonly Count[] _counts = new Count[BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount)];

    public Turns()
    {
        // Not all at the same server first.
        for (var i = 0; i < _counts.Length; i++)
            _counts[i].Value = (uint)i;
    }

    public uint Next() => _counts[Thread.GetCurrentProcessorId() & (_counts.Length - 1)].Value++;

    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Count
    {
        [FieldOffset(0)] public uint Value;
    }
}
