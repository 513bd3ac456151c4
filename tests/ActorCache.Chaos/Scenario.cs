namespace ActorCache.Chaos;

/// <summary>One fault, what is done to bring it about, and the bars it must clear. Its story is its <see cref="RunAsync"/>.</summary>
internal abstract class Scenario
{
    /// <summary>The row's name: the class's, up to the underscore, as in F21.</summary>
    public virtual string Name => GetType().Name.Split('_')[0];

    /// <summary>What happens, in a few words.</summary>
    public abstract string What { get; }

    /// <summary>How long it may take at most before it is given up.</summary>
    public virtual TimeSpan Limit(bool full) => full ? TimeSpan.FromMinutes(3) : TimeSpan.FromSeconds(45);

    public abstract Task RunAsync(Trial trial);
}
