namespace ActorCache.Tests;

/// <summary>Tests that listen to the spans of the whole process run while no other does: what others measure would change.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
