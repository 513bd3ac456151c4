namespace FailoverDemo;

/// <summary>
/// What happened, in order: what the demo did, what the cache announced, what was logged. A few lines a run, read by the views.
/// </summary>
internal sealed class EventLog(Scoreboard scores)
{
    private readonly Lock _gate = new();
    private readonly List<Entry> _entries = [];

    /// <param name="At">When in the run.</param>
    /// <param name="Source">Who says it: <c>demo</c>, <c>cache</c>, ...</param>
    /// <param name="Text">What happened.</param>
    public readonly record struct Entry(TimeSpan At, string Source, string Text);

    public void Add(string source, string text)
    {
        var entry = new Entry(scores.Elapsed, source, text);
        lock (_gate) _entries.Add(entry);
    }

    /// <summary>The entries after the first <paramref name="seen"/>.</summary>
    public IReadOnlyList<Entry> After(int seen)
    {
        lock (_gate) return _entries[Math.Min(seen, _entries.Count)..];
    }

    /// <summary>The last entries, this many at most.</summary>
    public IReadOnlyList<Entry> Last(int count)
    {
        lock (_gate) return _entries[Math.Max(0, _entries.Count - count)..];
    }
}
