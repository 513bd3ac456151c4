using System.Text;

namespace ActorCache.Tests;

/// <summary>A pool's journal by the names of servers and keys.</summary>
internal sealed class Ledger(Pool pool)
{
    public Pool Pool { get; } = pool;

    public Journal Journal => Pool.Journal;

    public int Id(string host) => Pool.Table.Find($"{host}:11211")!.Id;

    public JournalPage Page(string host) => Journal.PageOf(Id(host));

    public Standing At(string host, string key) => Journal.StandingOf(Bytes(key), Id(host));

    public CopyMark? Writing(string key, string host) => Journal.Writing(Bytes(key), Id(host));

    public void InDoubt(string key, string host) => Journal.InDoubt(Bytes(key), Id(host));

    public CopyMark? ToClean(string key, string host) => Journal.ToClean(Bytes(key), Id(host));

    /// <summary>Every delete of what is stale there now is answered.</summary>
    public int Clean(string host)
    {
        var stale = Journal.StaleAt(Id(host));
        foreach (var copy in stale) Journal.Cleaned(copy);
        return stale.Count;
    }

    public void Tidy() => Journal.Tidy(Pool.Table);

    public void Flush(string host) => Journal.Flushed(Journal.BeforeFlush(Id(host)));

    /// <summary>The servers whose journal has overflowed and was not asked for.</summary>
    public List<int> Overflows()
    {
        var overflows = new List<int>();
        while (Journal.TryTakeOverflow(out var server)) overflows.Add(server);
        return overflows;
    }

    /// <summary>So many keys that one server owns.</summary>
    public string[] KeysOf(string host, int count) =>
        [.. Enumerable.Range(0, int.MaxValue).Select(i => $"key-{i:000000}").Where(key => Pool.Order(key)[0] == $"{host}:11211").Take(count)];

    public static byte[] Bytes(string key) => Encoding.UTF8.GetBytes(key);
}
