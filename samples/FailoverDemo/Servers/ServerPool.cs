namespace FailoverDemo;

/// <summary>The servers of one run: three that the demo starts and may break, or the user's own, which it leaves alone.</summary>
internal sealed class ServerPool : IDisposable
{
    private const int Size = 3;

    private ServerPool(IReadOnlyList<string> addresses, IReadOnlyList<IBreakableServer> breakable, string kind)
    {
        Addresses = addresses;
        Breakable = breakable;
        Kind = kind;
    }

    /// <summary>What the cache is given.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>Those that may be broken; none of the user's.</summary>
    public IReadOnlyList<IBreakableServer> Breakable { get; }

    /// <summary>What they are, for people.</summary>
    public string Kind { get; }

    /// <summary>Starts the servers that the arguments ask for.</summary>
    /// <exception cref="InvalidOperationException">A real memcached was asked for, and none can be started.</exception>
    public static ServerPool Start(DemoArguments arguments)
    {
        if (arguments.Servers.Count > 0) return new ServerPool(arguments.Servers, [], "your servers");
        return arguments.Memcached
            ? Start(static () => new MemcachedServer(), "three memcached processes")
            : Start(static () => new EmbeddedServer(), "three embedded servers");
    }

    public void Dispose()
    {
        foreach (var server in Breakable) server.Dispose();
    }

    private static ServerPool Start(Func<IBreakableServer> startOne, string kind)
    {
        var started = new List<IBreakableServer>();
        try
        {
            while (started.Count < Size) started.Add(startOne());
        }
        catch
        {
            foreach (var server in started) server.Dispose();
            throw;
        }
        return new ServerPool([.. started.Select(server => server.Address)], started, kind);
    }
}
