namespace ActorCache.EmbeddedServer.Connections;

/// <summary>The open connections of one life of the server. Once that life is over it takes no more.</summary>
internal sealed class ConnectionSet
{
    private readonly Lock _gate = new();
    private readonly HashSet<ClientConnection> _open = [];
    private bool _over;
    private long _total;
    private long _rejected;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _open.Count;
            }
        }
    }

    public long Total => Interlocked.Read(ref _total);

    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>False once the life is over: the connection must be reset.</summary>
    public bool TryAdd(ClientConnection connection)
    {
        lock (_gate)
        {
            if (_over)
            {
                return false;
            }
            _open.Add(connection);
            _total++;
            return true;
        }
    }

    public void CountRejected() => Interlocked.Increment(ref _rejected);

    public void Remove(ClientConnection connection)
    {
        lock (_gate)
        {
            _open.Remove(connection);
        }
    }

    /// <summary>Resets every open connection; new ones may come.</summary>
    public void ResetAll()
    {
        foreach (var connection in TakeAll())
        {
            connection.Reset();
        }
    }

    /// <summary>Resets every open connection, and there will be no more.</summary>
    public void End()
    {
        lock (_gate)
        {
            _over = true;
        }
        ResetAll();
    }

    private ClientConnection[] TakeAll()
    {
        lock (_gate)
        {
            ClientConnection[] all = [.. _open];
            _open.Clear();
            return all;
        }
    }
}
