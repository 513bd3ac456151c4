namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>What a scripted server answers, and what it does to the connection afterwards.</summary>
internal sealed record Said(string Text, Afterwards Afterwards = Afterwards.GoesOn)
{
    public static implicit operator Said(string text) => new(text);
}

/// <summary>What becomes of a connection after an answer.</summary>
internal enum Afterwards
{
    /// <summary>Nothing.</summary>
    GoesOn,

    /// <summary>The server closes it.</summary>
    Closed,

    /// <summary>The server closes its own direction, and still reads.</summary>
    HalfClosed,

    /// <summary>The server resets it.</summary>
    Reset,
}
