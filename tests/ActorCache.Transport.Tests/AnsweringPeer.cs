namespace ActorCache.Transport.Tests;

/// <summary>A peer that answers every get with a hit whose value is the key, cut into pieces at random.</summary>
internal sealed class AnsweringPeer : IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    public static AnsweringPeer For(ScriptedWire wire, int seed)
    {
        var peer = new AnsweringPeer();
        _ = Task.Run(() => peer.Answer(wire, new Random(seed)));
        return peer;
    }

    public void Dispose() => _stop.Cancel();

    private async Task Answer(ScriptedWire wire, Random random)
    {
        var unread = "";
        while (!_stop.IsCancellationRequested)
        {
            unread += await wire.NextSend(_stop.Token);
            var end = unread.LastIndexOf('\n') + 1;
            var replies = string.Concat(unread[..end].Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Select(Hit));
            unread = unread[end..];
            while (replies.Length > 0)
            {
                var cut = random.Next(1, replies.Length + 1);
                wire.Say(replies[..cut]);
                replies = replies[cut..];
            }
        }
    }

    // "mg <key> v f k c O<opaque>"
    private static string Hit(string request)
    {
        var words = request.Split(' ');
        return $"VA {words[1].Length} k{words[1]} c1 {words[6]}\r\n{words[1]}\r\n";
    }
}
