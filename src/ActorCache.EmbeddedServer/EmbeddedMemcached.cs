using System.Net;
using System.Net.Sockets;
using ActorCache.EmbeddedServer.Connections;

namespace ActorCache.EmbeddedServer;

/// <summary>
/// A memcached inside this process, on a loopback port: the text and meta protocol of memcached 1.6.18, for samples and tests. It can be
/// killed, restarted and made to misbehave (<see cref="Faults"/>) while clients use it. Thread-safe.
/// </summary>
public sealed class EmbeddedMemcached : IAsyncDisposable, IDisposable
{
    private static readonly byte[] _tooManyConnections = "ERROR Too many open connections\r\n"u8.ToArray();

    private readonly Lock _life = new();
    private readonly BackgroundLoops _loops = new();
    private readonly ClusterAnnouncement _cluster = new();
    private readonly EmbeddedMemcachedOptions _options;
    private Incarnation? _current;
    private Listener? _listener;
    private long _commands;
    private bool _disposed;

    private EmbeddedMemcached(EmbeddedMemcachedOptions options)
    {
        _options = options;
        Faults = new ServerFaults(OpenOrCloseTheDoor);
        _listener = Listener.Open(options.Port);
        EndPoint = _listener.EndPoint;
        Address = EndPoint.ToString();
        _current = new Incarnation(options, EndPoint.Port, _cluster);
        Accept(_listener, _current);
    }

    /// <summary><c>127.0.0.1:port</c>: what a client's server list takes.</summary>
    public string Address { get; }

    /// <summary>Where it listens. Stays the same through <see cref="Kill"/> and <see cref="Restart"/>.</summary>
    public IPEndPoint EndPoint { get; }

    /// <summary>What goes wrong on purpose.</summary>
    public ServerFaults Faults { get; }

    /// <summary>Whether connects succeed: neither killed nor refusing.</summary>
    public bool IsListening
    {
        get
        {
            lock (_life)
            {
                return _listener is not null;
            }
        }
    }

    /// <summary>Connections open now.</summary>
    public int ConnectionCount => Current?.Connections.Count ?? 0;

    /// <summary>Items in memory now; those that have expired and were not looked at since are among them.</summary>
    public int ItemCount
    {
        get
        {
            if (Current?.Store is not { } store)
            {
                return 0;
            }
            lock (store.Gate)
            {
                return store.Count;
            }
        }
    }

    /// <summary>Commands executed since <see cref="Start"/>, in all lives together.</summary>
    public long CommandCount => Interlocked.Read(ref _commands);

    private Incarnation? Current
    {
        get
        {
            lock (_life)
            {
                return _current;
            }
        }
    }

    /// <summary>Starts a server. It listens when this returns.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    /// <exception cref="SocketException">The port is taken.</exception>
    public static EmbeddedMemcached Start(EmbeddedMemcachedOptions? options = null)
    {
        options ??= new EmbeddedMemcachedOptions();
        options.Validate();
        return new EmbeddedMemcached(options);
    }

    /// <summary>As <c>kill -9</c>: connects are refused, open connections are reset, memory is gone. A dead server stays dead.</summary>
    public void Kill()
    {
        lock (_life)
        {
            _listener?.Dispose();
            _listener = null;
            _current?.Connections.End();
            _current = null;
        }
    }

    /// <summary>
    /// Starts it again on the same port after <see cref="Kill"/>, or kills it first: empty, with a new pid and an uptime from 0 in its
    /// stats. Faults that are on stay on.
    /// </summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    /// <exception cref="SocketException">Somebody else took the port meanwhile.</exception>
    public void Restart()
    {
        lock (_life)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            Kill();
            _current = new Incarnation(_options, EndPoint.Port, _cluster);
            OpenOrCloseTheDoor();
        }
    }

    /// <summary>Resets every open connection now; memory is kept and new connects are welcome.</summary>
    public void DropConnections() => Current?.Connections.ResetAll();

    /// <summary>Empties the memory.</summary>
    public void Flush()
    {
        if (Current?.Store is { } store)
        {
            lock (store.Gate)
            {
                store.Flush();
            }
        }
    }

    /// <summary>
    /// From now on, through restarts too, it answers <c>config get cluster</c> as a node or the configuration endpoint of an ElastiCache cluster
    /// does. Before the first call it answers <c>ERROR</c>, as memcached.
    /// </summary>
    /// <param name="version">Clients follow a greater one than they have seen.</param>
    /// <param name="servers">The cluster's servers, each <c>host:port</c>.</param>
    /// <exception cref="FormatException">A server is not written so.</exception>
    public void AnnounceCluster(long version, IEnumerable<string> servers)
    {
        ArgumentNullException.ThrowIfNull(servers);
        _cluster.Announce(version, servers);
    }

    /// <summary>Kills it for good, without waiting for its last connections to notice.</summary>
    public void Dispose()
    {
        lock (_life)
        {
            _disposed = true;
            Kill();
        }
    }

    /// <summary>Kills it for good, and completes when nothing of it runs any more.</summary>
    /// <exception cref="AggregateException">A fault of the server itself ended a connection; no client can cause that.</exception>
    public async ValueTask DisposeAsync()
    {
        Dispose();
        await _loops.FinishAsync().ConfigureAwait(false);
    }

    private void OpenOrCloseTheDoor()
    {
        lock (_life)
        {
            var open = _current is not null && !Faults.Plan.ClosesListener;
            if (open && _listener is null)
            {
                _listener = Listener.Open(EndPoint.Port);
                Accept(_listener, _current!);
            }
            else if (!open && _listener is not null)
            {
                _listener.Dispose();
                _listener = null;
            }
        }
    }

    private void Accept(Listener listener, Incarnation server)
        => _loops.Start(() => listener.AcceptAsync(Faults, socket => Welcome(socket, server)));

    private void Welcome(Socket socket, Incarnation server)
    {
        if (server.Connections.Count >= _options.MaxConnections)
        {
            server.Connections.CountRejected();
            Reject(socket);
            return;
        }
        var connection = new ClientConnection(socket, server, Faults, executed => Interlocked.Add(ref _commands, executed));
        if (server.Connections.TryAdd(connection))
        {
            _loops.Start(connection.ServeAsync);
        }
        else
        {
            connection.Reset();
        }
    }

    private static void Reject(Socket socket)
    {
        using (socket)
        {
            try
            {
                socket.Blocking = false;
                socket.Send(_tooManyConnections);
            }
            catch (SocketException)
            {
                // It is gone already.
            }
        }
    }
}
