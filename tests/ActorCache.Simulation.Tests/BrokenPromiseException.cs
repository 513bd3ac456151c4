namespace ActorCache.Simulation.Tests;

/// <summary>The product broke a promise in the simulation, or the simulation its own rules.</summary>
public sealed class BrokenPromiseException(string message) : Exception(message);
