namespace FailoverDemo;

/// <summary>What there is to look at while the demo runs.</summary>
internal interface IRunView
{
    /// <summary>Shows the run until told to stop, its last moment included.</summary>
    Task RunAsync(CancellationToken stop);
}
