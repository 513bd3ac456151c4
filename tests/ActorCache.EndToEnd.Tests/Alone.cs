namespace ActorCache.EndToEnd.Tests;

/// <summary>Tests that count what the whole process allocates run while no other does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
