namespace FailoverDemo;

/// <summary>A server whose life is in the demo's hands. Each call returns when it is done, and may block until then.</summary>
internal interface IBreakableServer : IDisposable
{
    /// <summary>What the cache calls it.</summary>
    string Address { get; }

    /// <summary>Dead at once: connections are reset, new ones refused, its memory is gone.</summary>
    void Kill();

    /// <summary>Back after <see cref="Kill"/>: same port, empty.</summary>
    void Restart();

    /// <summary>Accepts connections and answers nothing.</summary>
    void Hang();

    /// <summary>Answers again after <see cref="Hang"/>, first what had arrived meanwhile; its memory is as it was.</summary>
    void Resume();
}
