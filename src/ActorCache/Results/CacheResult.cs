using System.Diagnostics.CodeAnalysis;

namespace ActorCache;

/// <summary>The answer to a read.</summary>
/// <typeparam name="T">The value's type.</typeparam>
public readonly struct CacheResult<T> : IEquatable<CacheResult<T>>, IAnswer
{
    internal CacheResult(CacheOutcome outcome, T? value, ulong cas, string? server, bool fromStandIn)
    {
        Outcome = outcome;
        Value = value;
        Cas = cas;
        Server = server;
        FromStandIn = fromStandIn;
    }

    /// <summary>How the read ended: Hit, Miss, Unavailable, TimedOut, Overloaded or ServerError.</summary>
    public CacheOutcome Outcome { get; }

    /// <summary>The value of a hit; else the type's default.</summary>
    public T? Value { get; }

    /// <summary>The version of a hit, for <see cref="StoreOptions.Cas"/>; else 0.</summary>
    public ulong Cas { get; }

    /// <summary>The server that answered, or the last one asked; null when none was.</summary>
    public string? Server { get; }

    /// <summary>The key is there.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsHit => Outcome == CacheOutcome.Hit;

    /// <summary>It was not the key's owner that answered, but the server that serves in its place.</summary>
    public bool FromStandIn { get; }

    /// <inheritdoc />
    public bool Equals(CacheResult<T> other) => Outcome == other.Outcome && EqualityComparer<T?>.Default.Equals(Value, other.Value)
        && Cas == other.Cas && Server == other.Server && FromStandIn == other.FromStandIn;

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
