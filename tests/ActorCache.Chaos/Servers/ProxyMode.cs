namespace ActorCache.Chaos;

/// <summary>What a proxy does with bytes and connects.</summary>
internal enum ProxyMode
{
    /// <summary>Nothing goes wrong.</summary>
    Pass,

    /// <summary>Connects are reset at once; open flows live on.</summary>
    Refuse,

    /// <summary>Bytes vanish both ways, connects are accepted and lead nowhere, everything stays open.</summary>
    Black,

    /// <summary>Nothing is read any more; what waits is delivered when the mode changes, even for a client that has left meanwhile.</summary>
    Stall,

    /// <summary>Requests arrive, replies vanish.</summary>
    DropDown,

    /// <summary>Replies arrive a few bytes at a time.</summary>
    Drip,

    /// <summary>Each flow ends after so many bytes of replies.</summary>
    Truncate,

    /// <summary>Some bytes of replies are flipped.</summary>
    Corrupt,

    /// <summary>Replies arrive later.</summary>
    Delay,
}
