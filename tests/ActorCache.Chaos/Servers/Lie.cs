namespace ActorCache.Chaos;

/// <summary>What a lying server does to one request; see <see cref="Lies"/>.</summary>
internal enum Lie
{
    None,
    Reset,
    Drip,
    Truncate,
    Garbage,
    Extra,
    WrongKey,
    WrongOpaque,
    HugeLength,
    NegativeLength,
    Delay,
    Error,
    ClientError,
    ServerError,
}
