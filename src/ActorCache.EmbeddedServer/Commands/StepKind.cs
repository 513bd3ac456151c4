namespace ActorCache.EmbeddedServer.Commands;

/// <summary>What a connection does after an attempt to run a command.</summary>
internal enum StepKind
{
    /// <summary>The command ran and its input is used up.</summary>
    Done,

    /// <summary>The command is not complete: read on, then try again.</summary>
    NeedInput,

    /// <summary>The command has more to say than fits a reply buffer: send, then run it again to go on.</summary>
    Paused,

    /// <summary>Send what was answered, then close.</summary>
    Close,
}
