using System.Diagnostics.CodeAnalysis;

namespace ActorCache;

/// <summary>The answer to a read.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly struct CacheResult<T> : IEquatable<CacheResult<T>>, IAnswer
{
    internal CacheResult(CacheOutcome outcome, T? value, ulong cas, string? server, bool fromStandIn)
        : this(outcome, value, cas, server, fromStandIn, outcome == CacheOutcome.Hit) { }

    internal CacheResult(CacheOutcome outcome, T? value, ulong cas, string? server, bool fromStandIn, bool hasValue)
    {
        HasValue = hasValue;
        Outcome = outcome;
        Value = value;
        Cas = cas;
        Server = server;
        FromStandIn = fromStandIn;
    }

    /// <summary>
    /// How the read ended: Hit, Miss, Unavailable, TimedOut, Overloaded or ServerError. Of a value that
    /// <see cref="IActorCache.GetOrCreateAsync{T}(string, Func{CancellationToken, ValueTask{T}}, TimeSpan?, CancellationToken)"/> created: what
    /// became of storing it, Stored or why it is not.
    /// </summary>
    public CacheOutcome Outcome { get; }

    /// <summary>The value, read or created; the type's default where there is none.</summary>
    public T? Value { get; }

    /// <summary>There is a value: read, or created, whether or not the cache has it.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool HasValue { get; }

    /// <summary>The version of a hit, for <see cref="StoreOptions.Cas"/>; else 0.</summary>
    public ulong Cas { get; }

    /// <summary>The server that answered, or the last one asked; null when none was.</summary>
    public string? Server { get; }

    /// <summary>The cache has the value: it was there, or was created and stored.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsHit => Outcome is CacheOutcome.Hit or CacheOutcome.Stored;

    /// <summary>It was not the key's owner that answered, but the server that serves in its place.</summary>
    public bool FromStandIn { get; }

    /// <inheritdoc />
    public bool Equals(CacheResult<T> other) => Outcome == other.Outcome && EqualityComparer<T?>.Default.Equals(Value, other.Value)
        && HasValue == other.HasValue && Cas == other.Cas && Server == other.Server && FromStandIn == other.FromStandIn;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is CacheResult<T> other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Outcome, Value, Cas, Server);

    /// <summary>The same answer.</summary>
    public static bool operator ==(CacheResult<T> left, CacheResult<T> right) => left.Equals(right);

    /// <summary>Another answer.</summary>
    public static bool operator !=(CacheResult<T> left, CacheResult<T> right) => !left.Equals(right);

    /// <summary>The outcome and who gave it; never the value.</summary>
    public override string ToString() => $"{Outcome}{(Server is null ? "" : $" from {Server}")}{(FromStandIn ? " (stand-in)" : "")}";
}
