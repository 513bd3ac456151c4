namespace ActorCache.EmbeddedServer;

/// <summary>How an embedded memcached is to run. The defaults are memcached's own.</summary>
public sealed class EmbeddedMemcachedOptions
{
    /// <summary>The loopback port to listen on (<c>-p</c>). 0, the default, is any free one.</summary>
    public int Port { get; init; }

    /// <summary>Bytes of memory for items (<c>-m</c>, 64 MB). Above it the least recently used are evicted.</summary>
    public long MemoryLimit { get; init; } = 64 << 20;

    /// <summary>Largest item in bytes (<c>-I</c>, 1 MB): the value, the key and some 60 bytes of overhead together.</summary>
    public int MaxItemSize { get; init; } = 1 << 20;

    /// <summary>Open connections at a time (<c>-c</c>, 1024). One more is told <c>ERROR Too many open connections</c> and closed.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>Whether it knows the meta commands. False: it answers <c>ERROR</c> to them, as memcached before 1.6 did.</summary>
    public bool MetaCommands { get; init; } = true;

    /// <summary>
    /// Users and their passwords (<c>-Y</c>): if there are any, a client says one before anything else (protocol.txt, "Authentication"). No spaces and
    /// no control characters. None by default.
    /// </summary>
    public IReadOnlyDictionary<string, string> Users { get; init; } = new Dictionary<string, string>();

    /// <summary>What expiry times, uptime and delay faults go by; the system's clock by default.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Port);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Port, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfLessThan(MemoryLimit, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxItemSize, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxConnections, 1);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(Users);
        foreach (var text in Users.SelectMany(user => new[] { user.Key, user.Value }))
        {
            if (string.IsNullOrEmpty(text) || text.Any(static c => c <= ' ' || char.IsControl(c)))
            {
                throw new ArgumentException("A user or a password is empty, or has a space or a control character in it.", nameof(Users));
            }
        }
    }
}
