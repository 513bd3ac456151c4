namespace ActorCache;

/// <summary>Which of a server's statistics to ask for (protocol.txt, "Statistics").</summary>
public enum StatsGroup
{
    /// <summary><c>stats</c>: the process, its connections, what it holds, what it was asked. The one whose counts can be summed.</summary>
    General = 0,

    /// <summary><c>stats items</c>: what is stored in each slab class, named <c>items:{class}:{figure}</c>. Nothing from an empty server.</summary>
    Items,

    /// <summary><c>stats slabs</c>: the memory of each slab class, named <c>{class}:{figure}</c>, and of all.</summary>
    Slabs,

    /// <summary><c>stats settings</c>: what the server was started with, such as <c>item_size_max</c>.</summary>
    Settings,
}
