using System.Net;
using System.Net.Sockets;

namespace ActorCache.Transport;

/// <summary>
/// In which order a name's addresses are dialled: as the resolver has them, with the families taking turns (RFC 8305, section 4), but those
/// that were tried since and have not answered come last. So a dead proxy behind one of two addresses, which may accept and say nothing, costs
/// one dial and not every second one.
/// </summary>
internal sealed class AddressBook
{
    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, long> _tried = [];
    private long _attempts;
    private IPAddress? _connected;

    /// <summary>These addresses, in the order to try them in. What is known of others is forgotten.</summary>
    public IReadOnlyList<IPAddress> Order(IReadOnlyList<IPAddress> addresses)
    {
        lock (_gate)
        {
            foreach (var gone in _tried.Keys.Except(addresses).ToList()) _tried.Remove(gone);
            var first = addresses.Where(address => address.AddressFamily == addresses[0].AddressFamily).Distinct();
            var second = addresses.Where(address => address.AddressFamily != addresses[0].AddressFamily).Distinct();
            return [.. InTurn([.. first], [.. second]).OrderBy(address => _tried.GetValueOrDefault(address))];
        }
    }

    /// <summary>An attempt to connect there begins. It has come to nothing until it is known to have come to something.</summary>
    public void Try(IPAddress address)
    {
        lock (_gate) _tried[address] = ++_attempts;
    }

    /// <summary>This is the one that connected first.</summary>
    public void Connected(IPAddress address)
    {
        lock (_gate) _connected = address;
    }

    /// <summary>Who connected last has answered as a memcached does.</summary>
    public void Answered()
    {
        lock (_gate)
        {
            if (_connected is { } good) _tried.Remove(good);
        }
    }

    private static IEnumerable<IPAddress> InTurn(IPAddress[] first, IPAddress[] second)
    {
        for (var i = 0; i < Math.Max(first.Length, second.Length); i++)
        {
            if (i < first.Length) yield return first[i];
            if (i < second.Length) yield return second[i];
        }
    }
}
