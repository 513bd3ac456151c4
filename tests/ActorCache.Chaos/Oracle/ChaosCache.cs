using System.Diagnostics;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorCache.Chaos;

/// <summary>
/// A host with a cache in it, as a user would have one, and the oracle at its door: every call made here is timed, and every value judged.
/// </summary>
internal sealed class ChaosCache : IAsyncDisposable
{
    private readonly Trial _trial;
    private readonly IHost _host;

    private ChaosCache(Trial trial, IHost host, TimeSpan budget, LogCounter log)
    {
        _trial = trial;
        _host = host;
        Budget = budget;
        Log = log;
        Inner = host.Services.GetRequiredService<IActorCache>();
        Events = new EventTrail(Inner.Monitor);
    }

    /// <summary>The cache itself, for calls the oracle has no opinion on.</summary>
    public IActorCache Inner { get; }

    /// <summary>The operation timeout.</summary>
    public TimeSpan Budget { get; }

    public EventTrail Events { get; }

    public LogCounter Log { get; }

    public DeadLetters DeadLetters { get; private set; } = null!;

    /// <summary>The actors' door, where an operator comes in too.</summary>
    public IActorRef Gateway => _host.Services.GetRequiredService<ActorRegistry>().Get<ActorCacheGateway>();

    /// <summary>Quick to notice and to redial; all servers serve when this completes, unless that is not to be waited for.</summary>
    public static async Task<ChaosCache> StartAsync(Trial trial, IReadOnlyList<string> servers, Action<ActorCacheOptions>? configure, bool wait = true)
    {
        var options = new ActorCacheOptions();
        Configure(options);

        var log = new LogCounter();
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.SetMinimumLevel(LogLevel.Information).AddProvider(log);
        builder.Services.AddAkka("chaos", akka => akka
            .AddHocon("akka { loglevel = WARNING, stdout-loglevel = OFF, log-dead-letters = off, log-dead-letters-during-shutdown = off }", HoconAddMode.Prepend)
            .ConfigureLoggers(loggers =>
            {
                loggers.ClearLoggers();
                loggers.AddLoggerFactory();
            })
            .WithActorCache());
        builder.Services.AddActorCache(Configure);
        var cache = trial.Own(new ChaosCache(trial, builder.Build(), options.OperationTimeout, log));
        await cache._host.StartAsync();
        cache.DeadLetters = new DeadLetters(cache._host.Services.GetRequiredService<ActorSystem>());
        if (wait && !await trial.Until(() => cache.Inner.Monitor.Current.Servers.All(server => server.State == ServerState.Up)))
            trial.Bar(false, "not all servers served within 10 s of the start");
        return cache;

        void Configure(ActorCacheOptions chosen)
        {
            chosen.Servers = [.. servers];
            chosen.ConnectTimeout = TimeSpan.FromMilliseconds(250);
            chosen.ReadTimeout = TimeSpan.FromMilliseconds(250);
            chosen.RetryDelay = TimeSpan.FromMilliseconds(50);
            chosen.MaxRetryDelay = TimeSpan.FromMilliseconds(500);
            chosen.OperationTimeout = TimeSpan.FromSeconds(1);
            chosen.ProvenAfter = TimeSpan.FromSeconds(1);
            chosen.HoldDown = TimeSpan.FromMilliseconds(200);
            chosen.MaxHoldDown = TimeSpan.FromSeconds(1);
            chosen.RampUp = TimeSpan.FromMilliseconds(200);
            configure?.Invoke(chosen);
        }
    }

    /// <summary>New keys, each with the server it belongs to.</summary>
    public TrackedKey[] Keys(int count, string prefix = "key") =>
        [.. Enumerable.Range(0, count).Select(n => $"{prefix}:{n}").Select(name => new TrackedKey(name, Inner.Monitor.Explain(name).Owner))];

    /// <summary>New keys of one server.</summary>
    public TrackedKey[] KeysOf(string owner, int count, string prefix = "key") =>
        [.. Enumerable.Range(0, int.MaxValue).Select(n => $"{prefix}:{n}").Where(name => Inner.Monitor.Explain(name).Owner == owner)
            .Take(count).Select(name => new TrackedKey(name, owner))];

    public async Task<CacheResult<byte[]>> GetAsync(TrackedKey key, CancellationToken ct = default)
    {
        var floor = key.Floor;
        var begun = _trial.Ledger.Begin();
        try
        {
            var read = await Inner.GetAsync<byte[]>(key.Name, ct);
            _trial.Ledger.Ended(begun, Budget, read.Outcome, key, read.Server);
            if (read.IsHit) _trial.Ledger.Judged(key.Judge(read.Value, floor), $"{key.Name} of {key.Owner}: {read} when {floor} was acknowledged");
            return read;
        }
        catch (Exception e)
        {
            Threw(e, begun, ct);
        }
        return default;
    }

    /// <summary>Reads many at once, each judged as if it were alone.</summary>
    public async Task GetManyAsync(IReadOnlyList<TrackedKey> keys)
    {
        var floors = keys.Select(key => key.Floor).ToArray();
        var begun = _trial.Ledger.Begin();
        try
        {
            var reads = await Inner.GetManyAsync<byte[]>(keys.Select(key => key.Name));
            for (var i = 0; i < keys.Count; i++)
            {
                var read = reads[keys[i].Name];
                if (i > 0) _trial.Ledger.Begin();
                _trial.Ledger.Ended(begun, Budget, read.Outcome, keys[i], read.Server);
                if (read.IsHit) _trial.Ledger.Judged(keys[i].Judge(read.Value, floors[i]), $"{keys[i].Name} of {keys[i].Owner}: {read} when {floors[i]} was acknowledged");
            }
        }
        catch (Exception e)
        {
            Threw(e, begun, CancellationToken.None);
        }
    }

    /// <summary>Sets the next version, or skips when somebody else is writing this key.</summary>
    public async Task<StoreResult> SetAsync(TrackedKey key, int length = 100, CancellationToken ct = default)
    {
        if (!key.Pen.Wait(0, CancellationToken.None)) return new StoreResult(CacheOutcome.Stored, null, false);
        try
        {
            var version = key.Begin();
            return await WriteAsync(key, version, Inner.SetAsync(key.Name, ProvenValue.Make(key.Utf8, version, length), ct: ct), ct);
        }
        finally
        {
            key.Pen.Release();
        }
    }

    /// <summary>Deletes, or skips when somebody else is writing this key.</summary>
    public async Task<StoreResult> DeleteAsync(TrackedKey key, CancellationToken ct = default)
    {
        if (!key.Pen.Wait(0, CancellationToken.None)) return new StoreResult(CacheOutcome.Stored, null, false);
        try
        {
            return await WriteAsync(key, key.Begin(), Inner.DeleteAsync(key.Name, ct), ct);
        }
        finally
        {
            key.Pen.Release();
        }
    }

    /// <summary>The shutdown has begun: from now on calls may be refused.</summary>
    public bool IsStopped { get; private set; }

    /// <summary>Shuts the cache down as a host does.</summary>
    public async Task StopAsync()
    {
        IsStopped = true;
        await _host.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _trial.Bar(DeadLetters is not { Count: > 0 }, $"{DeadLetters?.Count} dead letters of user calls");
        Events.Dispose();
        await StopAsync();
        _host.Dispose();
    }

    private async Task<StoreResult> WriteAsync(TrackedKey key, long version, ValueTask<StoreResult> write, CancellationToken ct)
    {
        var begun = _trial.Ledger.Begin();
        try
        {
            var stored = await write;
            _trial.Ledger.Ended(begun, Budget, stored.Outcome, key, stored.Server);
            // A server has spoken: from now on nothing older may be read.
            if (stored.Outcome is CacheOutcome.Stored or CacheOutcome.NotFound) key.Acknowledge(version);
            return stored;
        }
        catch (Exception e)
        {
            Threw(e, begun, ct);
        }
        return default;
    }

    private void Threw(Exception e, CallClock begun, CancellationToken ct)
    {
        if (e is OperationCanceledException cancelled && ct.IsCancellationRequested && cancelled.CancellationToken == ct) _trial.Ledger.GaveUp(begun, Budget);
        // A caller after the shutdown is told so by this exception, and by nothing else.
        else if (e is ObjectDisposedException && IsStopped) _trial.Ledger.Refused();
        else _trial.Ledger.Ended(begun, Budget, e);
    }
}
