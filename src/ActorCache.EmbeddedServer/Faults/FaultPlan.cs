namespace ActorCache.EmbeddedServer;

/// <summary>The faults that are on at one moment. Replaced as a whole, so that the common case, none, costs one look.</summary>
internal sealed class FaultPlan(FaultHandle[] handles)
{
    public static FaultPlan None { get; } = new([]);

    public ReadOnlySpan<FaultHandle> Handles => handles;

    public bool IsEmpty => handles.Length == 0;

    public bool ClosesListener { get; } = Array.Exists(handles, handle => handle.Fault.ClosesListener);

    /// <summary>The stall that stops the whole server, if there is one.</summary>
    public FaultHandle? Freeze { get; } = Array.Find(handles, handle => handle.Fault is { Holds: true, StrikesEverything: true });

    public FaultPlan With(FaultHandle handle) => new([.. handles, handle]);

    public FaultPlan Without(FaultHandle handle) => new(Array.FindAll(handles, other => !ReferenceEquals(other, handle)));
}
