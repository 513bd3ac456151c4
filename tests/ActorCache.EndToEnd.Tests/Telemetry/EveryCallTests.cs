using System.Diagnostics.Metrics;
using ActorCache.TestServers;
using Microsoft.Extensions.DependencyInjection;

namespace ActorCache.EndToEnd.Tests.Telemetry;

/// <summary>The sum over all outcomes is all calls (FAULTS I10), whatever call it is and whatever becomes of the servers meanwhile.</summary>
public sealed class EveryCallTests
{
    private const int Callers = 16;
    private const string Requests = "actorcache.requests";

    [Theory]
    [InlineData(ServerKind.Embedded)]
    [InlineData(ServerKind.Memcached)]
    public async Task Every_call_is_counted_once_though_a_server_dies_and_callers_give_up(ServerKind kind)
    {
        await using var pool = await Pool.StartAsync(kind);
        using var measured = new Measurements(pool.Services.GetRequiredService<IMeterFactory>());
        var made = new Made();
        var stopping = false;
        var callers = Enumerable.Range(0, Callers).Select(number => Task.Run(async () =>
        {
            var random = new Random(number);
            while (!Volatile.Read(ref stopping)) await CallAsync(pool.Cache, random, made);
        })).ToArray();
        await made.Until(500);
        pool.Servers[0].Kill();
        await pool.Log.Next<ServerEvent.Suspected>(pool.Servers[0].Address);
        await made.Until(made.Calls + 500);
        pool.Servers[0].Restart();
        await pool.Log.UntilAllServe();
        await made.Until(made.Calls + 500);
        Volatile.Write(ref stopping, true);
        await Task.WhenAll(callers).Patiently();

        Assert.NotEqual(0, made.GivenUp);
        Assert.Equal(made.Keys, measured.Sum(Requests));
        Assert.Equal(made.GivenUp, measured.Sum(Requests, ("actorcache.outcome", "cancelled")));
        Assert.Equal(0, measured.Sum(Requests, ("actorcache.outcome", "faulted")));
        Assert.Equal(made.Calls, measured.Of("db.client.operation.duration").Count);
        Assert.Equal(made.Hits, measured.Sum(Requests, ("actorcache.outcome", "hit"), ("db.operation.name", "get")));

        var (address, port) = (pool.Servers[0].Address.Split(':')[0], int.Parse(pool.Servers[0].Address.Split(':')[1], null));
        (string, object)[] victim = [("server.address", address), ("server.port", port)];
        Assert.Equal(1, measured.Sum("actorcache.server.losses", victim));
        Assert.Equal(2, measured.Of("actorcache.server.connects").Single(one => one.Tags.GetValueOrDefault("server.port") is int at && at == port && !one.Tags.ContainsKey("error.type")).Value);
        Assert.Equal(3, measured.Sum("actorcache.servers.up"));
        Assert.InRange(measured.Sum("actorcache.server.io", [.. victim, ("network.io.direction", "transmit")]), 1_000, double.MaxValue);
        Assert.InRange(measured.Sum("actorcache.server.io", [.. victim, ("network.io.direction", "receive")]), 1_000, double.MaxValue);
    }

    private static async Task CallAsync(IActorCache cache, Random random, Made made)
    {
        var key = $"key:{random.Next(200)}";
        string[] keys = [.. Enumerable.Range(0, 1 + random.Next(4)).Select(n => $"{key}:{n}")];
        using var impatience = random.Next(10) == 0 ? new CancellationTokenSource() : null;
        var ct = impatience?.Token ?? default;
        var users = cache.Namespace("users");
        var tagged = new StoreOptions { Tags = ["tag"] };
        switch (random.Next(18))
        {
            case 0: await Made(cache.SetAsync(key, "v", ct: ct).AsTask()); break;
            case 1: await Made(cache.DeleteAsync(key, ct).AsTask()); break;
            case 2: await Made(cache.TouchAsync(key, TimeSpan.FromMinutes(1), ct).AsTask()); break;
            case 3: await Made(cache.IncrementAsync($"n:{key}", initial: 1, ct: ct).AsTask()); break;
            case 4: await Made(cache.StoreAsync(key, "v", new StoreOptions { Mode = StoreMode.Add }, ct).AsTask()); break;
            case 5: await Made(cache.StoreAsync(key, "v", tagged, ct).AsTask()); break;
            case 6: await Made(cache.InvalidateTagAsync("tag", ct).AsTask()); break;
            case 7: await Made(cache.InvalidateTagsAsync(["tag", "other"], ct).AsTask(), 2); break;
            case 8: await Made(cache.InvalidateAsync(key, TimeSpan.FromMinutes(1), ct).AsTask()); break;
            case 9: await Made(cache.SetManyAsync(keys.Select(one => KeyValuePair.Create(one, "v")), ct: ct).AsTask(), keys.Length); break;
            case 10: await Made(cache.GetOrCreateAsync(key, static _ => ValueTask.FromResult("v"), ct: ct).AsTask()); break;
            case 11: await Made(users.InvalidateAsync(ct).AsTask()); break;
            case 12: await Made(users.SetAsync(key, "v", ct: ct).AsTask()); break;
            case 13: await Made(users.DeleteManyAsync(keys, ct).AsTask(), keys.Length); break;
            case 14: await Made(cache.StatsAsync(ct: ct).AsTask(), 3); break;
            case 15:
                if (await Made(users.GetAsync<string>(key, ct).AsTask()) is { IsHit: true }) made.Hit(1);
                break;
            case 16:
                if (await Made(cache.GetManyAsync<string>(keys, ct).AsTask(), keys.Length) is { } read) made.Hit(read.Values.Count(one => one.IsHit));
                break;
            default:
                if (await Made(cache.GetAsync<string>(key, ct).AsTask()) is { IsHit: true }) made.Hit(1);
                break;
        }

        async Task<T?> Made<T>(Task<T> call, int keys = 1)
        {
            if (impatience is not null) await impatience.CancelAsync();
            try
            {
                var result = await call;
                made.Call(keys, givenUp: false);
                return result;
            }
            catch (OperationCanceledException)
            {
                made.Call(keys, givenUp: true);
                return default;
            }
        }
    }

    /// <summary>What the callers know of their calls.</summary>
    private sealed class Made
    {
        private readonly Lock _gate = new();
        private readonly List<(long At, TaskCompletionSource Reached)> _marks = [];
        private long _calls;
        private long _keys;
        private long _givenUp;
        private long _hits;

        public long Calls => Volatile.Read(ref _calls);

        public long Keys => Volatile.Read(ref _keys);

        public long GivenUp => Volatile.Read(ref _givenUp);

        public long Hits => Volatile.Read(ref _hits);

        public void Hit(int count) => Interlocked.Add(ref _hits, count);

        public void Call(int keys, bool givenUp)
        {
            Interlocked.Add(ref _keys, keys);
            if (givenUp) Interlocked.Add(ref _givenUp, keys);
            var calls = Interlocked.Increment(ref _calls);
            lock (_gate)
            {
                foreach (var (_, reached) in _marks.Where(mark => mark.At <= calls)) reached.TrySetResult();
                _marks.RemoveAll(mark => mark.At <= calls);
            }
        }

        /// <summary>Completes when so many calls have ended.</summary>
        public Task Until(long calls)
        {
            lock (_gate)
            {
                if (Calls >= calls) return Task.CompletedTask;
                var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _marks.Add((calls, reached));
                return reached.Task.Patiently();
            }
        }
    }
}
