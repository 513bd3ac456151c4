namespace ActorCache.EmbeddedServer.Tests;

/// <summary>Tests that count what the whole process allocates, or that need both cores for one race, run while no other does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
