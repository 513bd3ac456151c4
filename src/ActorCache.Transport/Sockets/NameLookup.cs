using System.Net;

namespace ActorCache.Transport;

/// <summary>
/// Turns one name into its addresses, with at most one question under way. The platform's resolver cannot be called off once it has begun, and
/// takes a thread of the pool for as long as it takes: whoever gives up leaves the question to whoever asks next, so that a slow resolver costs
/// one thread a name, however often it is dialled.
/// </summary>
public sealed class NameLookup
{
    private readonly Lock _gate = new();
    private readonly string _name;
    private readonly Func<string, CancellationToken, Task<IPAddress[]>> _resolve;
    private Task<IPAddress[]>? _underWay;

    /// <summary>Of this name.</summary>
    /// <param name="name">A host name, or an address, which is its own answer.</param>
    /// <param name="resolve">Who is asked; by default the platform's resolver, which remembers nothing.</param>
    public NameLookup(string name, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) => (_name, _resolve) = (name, resolve ?? Dns.GetHostAddressesAsync);

    /// <summary>Its addresses now, in the resolver's order; perhaps none.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The resolver does not know, or cannot be asked.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled.</exception>
    public Task<IPAddress[]> AskAsync(CancellationToken ct)
    {
        if (IPAddress.TryParse(_name, out var address)) return Task.FromResult<IPAddress[]>([address]);
        lock (_gate)
        {
            if (_underWay is not { IsCompleted: false })
            {
                _underWay = _resolve(_name, CancellationToken.None);
                // Nobody may be there any more to hear how it failed.
                _ = _underWay.ContinueWith(static left => _ = left.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            }
            return _underWay.WaitAsync(ct);
        }
    }
}
