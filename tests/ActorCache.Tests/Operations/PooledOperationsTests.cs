using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>
/// Operations are pooled: whatever ends them, and from whatever thread, every call ends exactly once and none gets another call's result.
/// </summary>
public class PooledOperationsTests
{
    private const int Callers = 8;
    private const int CallsEach = 4_000;

    [Fact]
    public async Task No_call_ever_gets_another_calls_result()
    {
        var pool = new Pool("a", "b", "c");
        using var enough = new CancellationTokenSource();
        // Two threads a server.
        var servers = pool.Connections.Concat(pool.Connections).Select((connection, i) => Serve(connection, i, enough.Token)).ToList();

        var ends = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAgainAndAgain(pool.Client, caller)))).Soon();
        await enough.CancelAsync();
        await Task.WhenAll(servers).Soon();

        Assert.Equal(Callers * CallsEach, ends.Sum(end => end.Values.Sum()));
        var outcomes = ends.SelectMany(end => end).GroupBy(end => end.Key).ToDictionary(group => group.Key, group => group.Sum(end => end.Value));
        // The mix has all ends in it, or it proves nothing.
        foreach (var kind in new[] { "answered", "cancelled", "unavailable" })
            Assert.True(outcomes.GetValueOrDefault(kind) > 100, $"{kind}: {outcomes.GetValueOrDefault(kind)}");
    }

    private static async Task<Dictionary<string, int>> CallAgainAndAgain(IActorCache cache, int caller)
    {
        var random = new Random(caller);
        var ends = new Dictionary<string, int>();
        for (var i = 0; i < CallsEach; i++)
        {
            using var cancellation = new CancellationTokenSource();
            var canceller = random.Next(3) == 0 ? Task.Run(cancellation.Cancel) : Task.CompletedTask;
            var end = await One(cache, random.Next(3), $"{caller}:{i}", random.Next(2) == 0 ? CancellationToken.None : cancellation.Token);
            ends[end] = ends.GetValueOrDefault(end) + 1;
            await canceller;
        }
        return ends;
    }

    private static async Task<string> One(IActorCache cache, int kind, string key, CancellationToken ct)
    {
        try
        {
            switch (kind)
            {
                case 0:
                    var got = await cache.GetAsync<string>(key, ct);
                    if (got.IsHit) Assert.Equal($"value of {key}", got.Value);
                    return Name(got.Outcome);
                case 1:
                    var counted = await cache.IncrementAsync(key, ct: ct);
                    if (counted.IsCounted) Assert.Equal(Number(key), counted.Value);
                    return Name(counted.Outcome);
                default:
                    var many = await cache.GetManyAsync<string>([key, $"{key}:other"], ct);
                    Assert.Equal(2, many.Count);
                    foreach (var (asked, result) in many)
                    {
                        if (result.IsHit) Assert.Equal($"value of {asked}", result.Value);
                    }
                    return Name(many[key].Outcome);
            }
        }
        catch (OperationCanceledException e)
        {
            Assert.Equal(ct, e.CancellationToken);
            return "cancelled";
        }
    }

    private static string Name(CacheOutcome outcome) => outcome switch
    {
        CacheOutcome.Hit or CacheOutcome.Stored => "answered",
        CacheOutcome.Unavailable => "unavailable",
        _ => outcome.ToString(),
    };

    private static ulong Number(string key) => key.Aggregate(0UL, (number, c) => number * 31 + c);

    // One thread of a server: answers most, ends some without an answer, and races the others for all of them.
    private static async Task Serve(FakeConnection connection, int seed, CancellationToken enough)
    {
        var random = new Random(1000 + seed);
        await Task.Yield();
        try
        {
            while (true)
            {
                var request = await connection.ReadAsync(enough);
                switch (random.Next(10))
                {
                    case 0: request.End(AttemptEnd.NeverSent); break;
                    case 1: request.End(AttemptEnd.Unanswered); break;
                    case 2: request.End(AttemptEnd.TimedOut); break;
                    default:
                        if (request.Kind == RequestKind.Arithmetic) request.Answer(Counter(Number(request.Key)), inline: random.Next(2) == 0);
                        else request.Answer(Value($"value of {request.Key}"), inline: random.Next(2) == 0);
                        break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }
    }

    private static string Value(string value) => $"VA {value.Length} c1\r\n{value}";

    private static string Counter(ulong value) => Value(value.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
