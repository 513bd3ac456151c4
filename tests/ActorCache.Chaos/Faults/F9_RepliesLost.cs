using System.Globalization;

namespace ActorCache.Chaos.Faults;

/// <summary>
/// Requests arrive and replies vanish. What must not be done twice ends with MayHaveBeenApplied and is done at most once: counters and
/// texts on the server itself say so. What may be done twice is answered by the next server.
/// </summary>
internal sealed class F9_RepliesLost : Scenario
{
    public override string What => "requests arrive, replies vanish";

    public override async Task RunAsync(Trial trial)
    {
        trial.FailuresExpected = true;
        var pool = Proxied.Start(trial, 3);
        var cache = await trial.StartCacheAsync(pool.Addresses);
        var victim = pool[0];
        var rounds = trial.Full ? 20 : 3;
        long unknown = 0, applied = 0;
        for (var round = 0; round < rounds; round++)
        {
            trial.Bar(await trial.Until(() => cache.Inner.Monitor.Current.Servers.All(server => server.State == ServerState.Up), 30_000), "not all served again within 30 s");
            var counters = cache.KeysOf(victim.Address, 20, $"counter{round}");
            var texts = cache.KeysOf(victim.Address, 20, $"text{round}");
            var plain = cache.KeysOf(victim.Address, 20, $"plain{round}");
            // A server that has returned gets its keys back little by little.
            trial.Bar(await trial.Until(() => counters.Concat(texts).Concat(plain).All(key => cache.Inner.Monitor.Explain(key.Name).Server == victim.Address)),
                "not all of its keys were back within 10 s");
            foreach (var key in counters) await cache.Inner.SetAsync(key.Name, 1000);
            foreach (var key in texts) await cache.Inner.SetAsync(key.Name, "a");

            victim.Mode = ProxyMode.DropDown;
            var counts = counters.Select(key => cache.Inner.IncrementAsync(key.Name).AsTask()).ToList();
            var appends = texts.Select(key => cache.Inner.StoreAsync(key.Name, "b", new StoreOptions { Mode = StoreMode.Append }).AsTask()).ToList();
            var sets = plain.Select(key => cache.SetAsync(key)).ToList();
            foreach (var stored in await Task.WhenAll(sets)) trial.Bar(stored.IsStored, $"a set that may be repeated was {stored.Outcome}");
            foreach (var count in await Task.WhenAll(counts))
            {
                trial.Bar(count is { Outcome: CacheOutcome.Unavailable, MayHaveBeenApplied: true }, $"an increment was {count}");
                unknown++;
            }
            foreach (var append in await Task.WhenAll(appends))
            {
                trial.Bar(append is { Outcome: CacheOutcome.Unavailable, MayHaveBeenApplied: true }, $"an append was {append}");
                unknown++;
            }

            // The servers themselves, past client and proxy: at most once on one of them, and nothing on any other.
            for (var i = 0; i < 3; i++)
            {
                using var server = new PlainConnection(pool.Servers[i].Port);
                foreach (var key in counters)
                {
                    if (server.Get(key.Name) is not { } text) continue;
                    var count = long.Parse(text, CultureInfo.InvariantCulture);
                    applied += count - 1000;
                    trial.Bar(i == 0 && count is 1000 or 1001, $"a counter stands at {count} on server {i}");
                }
                foreach (var key in texts)
                {
                    if (server.Get(key.Name) is not { } text) continue;
                    applied += text.Length - 1;
                    trial.Bar(i == 0 && text is "a" or "ab", $"a text is {text} on server {i}");
                }
            }
            victim.Mode = ProxyMode.Pass;
        }
        trial.Note = $"{unknown} of unknown outcome, {applied} applied once";
        trial.Bar(applied > 0, "nothing was applied: the fault was not tested");
    }
}
