using System.Numerics;
using System.Runtime.InteropServices;

namespace ActorCache;

/// <summary>
/// Bounds the attempts that are sent to a further server because one gave no answer in time: a share of all calls, and a small reserve.
/// Without it a pool that is slow everywhere would get every call once per server. What a lost connection sends on is not counted: that
/// is bounded by what was in flight.
/// </summary>
internal sealed class RetryBudget(double share)
{
    private const double Reserve = 100;

    // Counted per processor, and not exactly: a call must not pay for a shared cache line.
    private readonly Count[] _calls = new Count[BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount)];
    private readonly Lock _gate = new();
    private double _left = share > 0 ? Reserve : 0;
    private long _counted;

    public void OnCall() => _calls[Thread.GetCurrentProcessorId() & (_calls.Length - 1)].Value++;

    /// <summary>True: one more may be sent.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            var calls = 0L;
            foreach (ref var count in _calls.AsSpan()) calls += Volatile.Read(ref count.Value);
            _left = Math.Min(Reserve, _left + share * Math.Max(0, calls - _counted));
            _counted = calls;
            if (_left < 1) return false;
            _left--;
            return true;
        }
    }

    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Count
    {
        [FieldOffset(0)] public long Value;
    }
}
