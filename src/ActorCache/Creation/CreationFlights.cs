using System.Collections.Concurrent;

namespace ActorCache;

/// <summary>
/// What is being read or created in this process, by type and key, for others to join. A write through the cache ends that: whoever asks
/// after it was answered must not be handed what was begun before.
/// </summary>
internal sealed class CreationFlights
{
    private readonly ConcurrentDictionary<Type, IByKey> _types = new();
    private int _count;

    /// <summary>Joins what is on its way for the key, or begins it.</summary>
    /// <returns>The flight, and whether the caller has to start it.</returns>
    public (CreationFlight<T> Flight, bool IsNew) Join<T>(string key, Func<CreationFlight<T>> begin)
    {
        var flights = (ByKey<T>)_types.GetOrAdd(typeof(T), static _ => new ByKey<T>());
        CreationFlight<T>? mine = null;
        while (true)
        {
            if (flights.TryGetValue(key, out var flight))
            {
                if (flight.TryJoin()) return (flight, false);
                Remove(key, flight);
                continue;
            }
            mine ??= begin();
            // Counted first: a write that sees none has come before it.
            Interlocked.Increment(ref _count);
            if (flights.TryAdd(key, mine)) return (mine, true);
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Nobody is to join it any more.</summary>
    public void Remove<T>(string key, CreationFlight<T> flight)
    {
        if (_types.TryGetValue(typeof(T), out var flights) && ((ByKey<T>)flights).TryRemove(KeyValuePair.Create(key, flight))) Interlocked.Decrement(ref _count);
    }

    /// <summary>Whether it can still be joined: nothing was written meanwhile.</summary>
    public bool IsCurrent<T>(string key, CreationFlight<T> flight) =>
        _types.TryGetValue(typeof(T), out var flights) && ((ByKey<T>)flights).TryGetValue(key, out var current) && current == flight;

    /// <summary>The key has been written.</summary>
    public void Overtaken(string key)
    {
        if (Volatile.Read(ref _count) == 0) return;
        foreach (var (_, flights) in _types)
        {
            if (flights.TryRemove(key)) Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Every key has.</summary>
    public void Overtaken()
    {
        foreach (var (_, flights) in _types)
        {
            foreach (var key in flights.All)
            {
                if (flights.TryRemove(key)) Interlocked.Decrement(ref _count);
            }
        }
    }

    private interface IByKey
    {
        IEnumerable<string> All { get; }

        bool TryRemove(string key);
    }

    private sealed class ByKey<T>() : ConcurrentDictionary<string, CreationFlight<T>>(StringComparer.Ordinal), IByKey
    {
        IEnumerable<string> IByKey.All => Keys;

        bool IByKey.TryRemove(string key) => TryRemove(key, out _);
    }
}
