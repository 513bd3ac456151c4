using System.Net;
using System.Net.Sockets;

namespace ActorCache.Transport;

/// <summary>
/// Connects to one of several addresses: the next one is begun when the one before has failed, or has had a head start without an answer; the
/// first that connects wins, and the others are given up (RFC 8305, section 5). So an address that swallows what it is sent costs a head start,
/// and not the whole connect timeout.
/// </summary>
internal static class AddressRace
{
    private static readonly TimeSpan LongestHeadStart = TimeSpan.FromMilliseconds(250); // RFC 8305, section 8, and so is the shortest
    private static readonly TimeSpan ShortestHeadStart = TimeSpan.FromMilliseconds(10);

    /// <summary>How long one address of several has to itself: all of them are to have begun within half of the time there is.</summary>
    public static TimeSpan HeadStart(TimeSpan connectTimeout, int addresses) =>
        TimeSpan.FromTicks(Math.Clamp((connectTimeout / (2 * addresses)).Ticks, ShortestHeadStart.Ticks, LongestHeadStart.Ticks));

    /// <summary>A socket that is connected.</summary>
    /// <exception cref="SocketException">Every address has failed; the message says how each did.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled.</exception>
    public static async Task<Socket> RunAsync(IReadOnlyList<IPAddress> addresses, int port, AddressBook book, TimeSpan headStart, TimeProvider time, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var running = new Dictionary<Task<Socket>, IPAddress>();
        var failures = new List<(IPAddress Address, SocketException Failure)>();
        try
        {
            for (var begun = 0; ;)
            {
                ct.ThrowIfCancellationRequested();
                if (begun < addresses.Count)
                {
                    book.Try(addresses[begun]);
                    running.Add(ConnectAsync(addresses[begun], port, over.Token), addresses[begun]);
                    begun++;
                }
                if (running.Count == 0) throw Failed(failures);

                Task[] awaited = begun < addresses.Count ? [.. running.Keys, Task.Delay(headStart, time, over.Token)] : [.. running.Keys];
                if (await Task.WhenAny(awaited).ConfigureAwait(false) is not Task<Socket> ended) continue;
                var address = running[ended];
                running.Remove(ended);
                try
                {
                    var socket = await ended.ConfigureAwait(false);
                    book.Connected(address);
                    return socket;
                }
                catch (SocketException e)
                {
                    failures.Add((address, e));
                }
            }
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            // Who connects all the same comes too late.
            foreach (var late in running.Keys)
                _ = late.ContinueWith(static late => { if (late.IsCompletedSuccessfully) late.Result.Dispose(); else _ = late.Exception; }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }

    private static async Task<Socket> ConnectAsync(IPAddress address, int port, CancellationToken ct)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.NoDelay = true;
            await socket.ConnectAsync(new IPEndPoint(address, port), ct).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static SocketException Failed(List<(IPAddress Address, SocketException Failure)> failures) => failures switch
    {
        [] => new SocketException((int)SocketError.HostNotFound, "the name has no address"),
        [var (_, only)] => only,
        _ => new SocketException((int)failures[0].Failure.SocketErrorCode, string.Join("; ", failures.Select(one => $"{one.Address}: {one.Failure.Message}"))),
    };
}
