using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ActorCache.Placement;

/// <summary>
/// pymemcache's scores: MurmurHash3 of <c>host:port-key</c>; of equal scores the greater name wins. What all keys have in common, the name, is
/// hashed beforehand as far as whole words go, and what all servers have in common, the key, is mixed once for each of the four ways in which
/// it can lie behind a name: what is left for each server is one multiplication a word.
/// </summary>
/// <remarks>pymemcache hashes characters, not bytes: of each it takes the low eight bits. For keys of ASCII that is the same.</remarks>
internal sealed class RendezvousScores
{
    private const int KeyOnStack = 256;
    private readonly Candidate[][] _byRest; // by how many bytes of the name are left over

    public RendezvousScores(Topology topology, ServerSet among)
    {
        var candidates = Enumerable.Range(0, topology.Servers.Count).Where(among.Contains)
            .Select(server => (Server: server, Name: NameOf(topology.Servers[server])))
            .OrderBy(one => one.Name, StringComparer.Ordinal)
            .Select((one, rank) => Candidate.Of(one.Server, rank, Characters(Encoding.UTF8.GetBytes(one.Name + "-"))))
            .ToList();
        _byRest = [.. Enumerable.Range(0, Murmur3.WordSize).Select(rest => candidates.Where(one => one.RestLength == rest).ToArray())];
    }

    /// <summary>The server with the highest score.</summary>
    public int Best(ReadOnlySpan<byte> key) => Best(key, ulong.MaxValue, out _);

    /// <summary>The server with the highest score below a bound, which is an earlier score.</summary>
    public int Best(ReadOnlySpan<byte> key, ulong below, out ulong score)
    {
        if (Ascii.IsValid(key)) return Score(key, below, out score);
        Span<byte> room = key.Length <= KeyOnStack ? stackalloc byte[KeyOnStack] : new byte[key.Length];
        return Score(room[..ReadCharacters(key, room)], below, out score);
    }

    private static string NameOf(ServerAddress server) => server is { IsUnixSocket: true, Alias: null } ? server.Host : PointNames.Server(server);

    private static byte[] Characters(byte[] text)
    {
        var room = new byte[text.Length];
        return room[..ReadCharacters(text, room)];
    }

    // Of every character the low eight bits; what is no UTF-8 counts as it is.
    private static int ReadCharacters(ReadOnlySpan<byte> text, Span<byte> room)
    {
        var count = 0;
        while (!text.IsEmpty)
        {
            var isRead = Rune.DecodeFromUtf8(text, out var character, out var length) == OperationStatus.Done;
            room[count++] = isRead ? (byte)character.Value : text[0];
            text = text[(isRead ? length : 1)..];
        }
        return count;
    }

    private int Score(ReadOnlySpan<byte> key, ulong below, out ulong score)
    {
        var words = key.Length <= KeyOnStack ? stackalloc uint[KeyOnStack / Murmur3.WordSize] : new uint[key.Length / Murmur3.WordSize];
        var best = -1;
        score = 0;
        for (var rest = 0; rest < _byRest.Length; rest++)
        {
            var candidates = _byRest[rest];
            if (candidates.Length == 0) continue;

            // The name's last bytes and the key's first ones share a word, which may not come to be whole.
            var shared = rest == 0 ? 0 : Math.Min(Murmur3.WordSize - rest, key.Length);
            var isWhole = rest + shared == Murmur3.WordSize;
            var first = Murmur3.Partial(key[..shared]) << (8 * rest);
            var body = key[shared..];
            var mixed = words[..(body.Length / Murmur3.WordSize)];
            for (var i = 0; i < mixed.Length; i++)
                mixed[i] = Murmur3.Mix(BinaryPrimitives.ReadUInt32LittleEndian(body[(i * Murmur3.WordSize)..]));
            var tail = Murmur3.Mix(Murmur3.Partial(body[(mixed.Length * Murmur3.WordSize)..]));

            foreach (ref readonly var one in candidates.AsSpan())
            {
                var state = one.State;
                if (isWhole) state = Murmur3.Take(state, Murmur3.Mix(one.Rest | first));
                else if (rest != 0) state ^= Murmur3.Mix(one.Rest | first);
                foreach (var word in mixed)
                    state = Murmur3.Take(state, word);
                var its = (ulong)Murmur3.Finish(state ^ tail, one.Length + key.Length) << 32 | (uint)one.Rank;
                if (its >= below || (its < score && best >= 0)) continue;
                score = its;
                best = one.Server;
            }
        }
        return best;
    }

    /// <param name="State">After the whole words of its name.</param>
    /// <param name="Rest">The bytes of the name that are left over.</param>
    /// <param name="RestLength">How many these are, 0 to 3.</param>
    /// <param name="Length">The length of the name and the dash behind it.</param>
    /// <param name="Rank">Its place by name, which decides between equal scores.</param>
    /// <param name="Server">Its index.</param>
    private readonly record struct Candidate(uint State, uint Rest, int RestLength, int Length, int Rank, int Server)
    {
        public static Candidate Of(int server, int rank, ReadOnlySpan<byte> name)
        {
            var state = 0u;
            var rest = name;
            for (; rest.Length >= Murmur3.WordSize; rest = rest[Murmur3.WordSize..])
                state = Murmur3.Take(state, Murmur3.Mix(BinaryPrimitives.ReadUInt32LittleEndian(rest)));
            return new Candidate(state, Murmur3.Partial(rest), rest.Length, name.Length, rank, server);
        }
    }
}
