namespace ActorCache.EmbeddedServer.Commands;

/// <summary>What one attempt to run the command at the head of the input came to.</summary>
/// <param name="Kind">What the connection does next.</param>
/// <param name="Bytes">
/// With Done: bytes behind the command line that belonged to it, which may be more than have arrived. With NeedInput: how many must be
/// there behind the line.
/// </param>
internal readonly record struct Step(StepKind Kind, long Bytes = 0)
{
    public static Step Done => new(StepKind.Done);

    public static Step Paused => new(StepKind.Paused);

    public static Step Close => new(StepKind.Close);

    public static Step DoneWith(long dataBytes) => new(StepKind.Done, dataBytes);

    public static Step NeedData(long dataBytes) => new(StepKind.NeedInput, dataBytes);
}
