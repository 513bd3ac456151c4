namespace ActorCache;

/// <summary>What a request does to its key, as far as copies of it on other servers, and its being carried out late, are concerned.</summary>
internal enum WriteKind
{
    /// <summary>It reads, or only changes how long a value lives.</summary>
    None,

    /// <summary>Afterwards there is none.</summary>
    Removes,

    /// <summary>Afterwards it is what the request says, whatever was there: carried out late, it would bring an old value back.</summary>
    Replaces,

    /// <summary>As <see cref="Replaces"/>, if nothing is there.</summary>
    Creates,

    /// <summary>As <see cref="Replaces"/>, if something is there: then it is known already that other copies are stale.</summary>
    Renews,

    /// <summary>It builds on what is there, as <see cref="Renews"/>, and can bring nothing back.</summary>
    Changes,
}
