using System.Numerics;

namespace ActorCache.Placement;

/// <summary>
/// Some of a topology's servers, by index: who lives, who is quarantined. Immutable, so that a published table can hold it; a class and
/// not a struct, so that a reader on another thread never sees half of it.
/// </summary>
public sealed class ServerSet : IEquatable<ServerSet>
{
    private readonly ulong[] _words;

    private ServerSet(int capacity, ulong[] words)
    {
        Capacity = capacity;
        _words = words;
        foreach (var word in words)
            Count += BitOperations.PopCount(word);
    }

    /// <summary>How many servers the topology has; indices run from 0 to one less.</summary>
    public int Capacity { get; }

    /// <summary>How many servers are in the set.</summary>
    public int Count { get; }

    /// <summary>No server is in the set.</summary>
    public bool IsEmpty => Count == 0;

    /// <summary>Every one of <paramref name="count"/> servers.</summary>
    public static ServerSet All(int count)
    {
        var words = Words(count);
        Array.Fill(words, ulong.MaxValue);
        if (count % 64 != 0)
            words[^1] = (1UL << (count % 64)) - 1;
        return new ServerSet(count, words);
    }

    /// <summary>None of <paramref name="count"/> servers.</summary>
    public static ServerSet None(int count) => new(count, Words(count));

    /// <summary>This set and the server at <paramref name="index"/>.</summary>
    public ServerSet With(int index) => Contains(index) ? this : Flip(index);

    /// <summary>This set without the server at <paramref name="index"/>.</summary>
    public ServerSet Without(int index) => Contains(index) ? Flip(index) : this;

    /// <summary>Whether the server at <paramref name="index"/> is in the set.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is not within the <see cref="Capacity"/>.</exception>
    public bool Contains(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Capacity, nameof(index));
        return (_words[index >> 6] >> index & 1) != 0;
    }

    /// <summary>The same servers of as many.</summary>
    public bool Equals(ServerSet? other) => other is not null && Capacity == other.Capacity && _words.AsSpan().SequenceEqual(other._words);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ServerSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Capacity);
        foreach (var word in _words)
            hash.Add(word);
        return hash.ToHashCode();
    }

    /// <summary>The indices, as in <c>{0, 2} of 3</c>.</summary>
    public override string ToString() => $"{{{string.Join(", ", Enumerable.Range(0, Capacity).Where(Contains))}}} of {Capacity}";

    private ServerSet Flip(int index)
    {
        var words = (ulong[])_words.Clone();
        words[index >> 6] ^= 1UL << index;
        return new ServerSet(Capacity, words);
    }

    private static ulong[] Words(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new ulong[(count + 63) / 64];
    }
}
