using System.Buffers;

namespace ActorCache;

/// <summary>
/// Reads FastLZ (levels 1 and 2), which php-memcached compresses with unless told otherwise. A run of instructions: so many literal bytes,
/// or so many bytes from so far back. Every length and distance is checked against what there is.
/// </summary>
internal static class FastLz
{
    private const int NearDistances = 8191; // level 2 says farther ones in 16 bits more
    private const int MostOfAByte = 256;
    private const int LongestShort = 7;     // a match of this length goes on in the next byte

    /// <exception cref="CacheValueException">It is not that, or does not come to <paramref name="length"/> bytes.</exception>
    public static void Decompress(ReadOnlySpan<byte> compressed, uint length, IBufferWriter<byte> output)
    {
        // No instruction makes more than that of a byte: nothing is asked for that cannot come.
        if (compressed.IsEmpty || length > int.MaxValue || length > compressed.Length * (long)MostOfAByte) throw Damaged();
        var level = (compressed[0] >> 5) + 1;
        if (level > 2) throw Damaged();
        var input = new Input(compressed);
        // The whole value is asked for at once, as matches look back in it. The output refuses what is too much.
        var room = output.GetSpan((int)length)[..(int)length];
        var written = 0;
        var control = input.Next() & 31;
        while (true)
        {
            if (control < 32)
            {
                var literals = input.Take(control + 1);
                if (!literals.TryCopyTo(room[written..])) throw Damaged();
                written += literals.Length;
            }
            else
            {
                var count = control >> 5;
                var distance = (control & 31) << 8;
                if (count == LongestShort) count += level == 1 ? input.Next() : input.Long(room.Length);
                var low = input.Next();
                distance += low;
                if (level == 2 && low == 255 && distance == NearDistances) distance += (input.Next() << 8) + input.Next();
                count += 2;
                var from = written - distance - 1;
                if (from < 0 || count > room.Length - written) throw Damaged();
                // Byte by byte: a match may reach into what it writes itself.
                for (var i = 0; i < count; i++) room[written + i] = room[from + i];
                written += count;
            }
            if (input.IsEmpty) break;
            control = input.Next();
        }
        if (written != length) throw Damaged();
        output.Advance(written);
    }

    private static CacheValueException Damaged() => new("The value is said to be compressed by FastLZ, and is not, or not wholly.");

    private ref struct Input(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _rest = bytes;

        public readonly bool IsEmpty => _rest.IsEmpty;

        public int Next() => Take(1)[0];

        public ReadOnlySpan<byte> Take(int count)
        {
            if (count > _rest.Length) throw Damaged();
            var taken = _rest[..count];
            _rest = _rest[count..];
            return taken;
        }

        // 255 for as long as it goes on.
        public int Long(int most)
        {
            for (var sum = 0; ;)
            {
                var one = Next();
                sum += one;
                if (sum > most) throw Damaged();
                if (one < 255) return sum;
            }
        }
    }
}
