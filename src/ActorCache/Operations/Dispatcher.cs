using ActorCache.Placement;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>What an operation needs from its cache to find its way: the newest routes, the clock, and its budget.</summary>
internal sealed class Dispatcher(CurrentRoutes routes, Journal journal, TimeProvider time, ActorCacheOptions options)
{
    private const int RefusalsPerYield = 4;
    private const int Orders = 64;
    private const int ItemOverhead = 512; // what an item takes beside its value: a key of 250 bytes, and memcached's own 60
    private readonly Lock[] _orders = [.. Enumerable.Range(0, Orders).Select(_ => new Lock())];
    private readonly double _ttlJitter = options.TtlJitter;
    private long _budget = time.ToTimestamp(options.OperationTimeout);
    private long _until; // 0: every call has its own budget
    private int _refusals; // counted by everyone at once: some get lost

    public CurrentRoutes Routes { get; } = routes;

    public TimeProvider Time { get; } = time;

    /// <summary>The operation timeout in the clock's time stamps.</summary>
    public long Budget => Volatile.Read(ref _budget);

    /// <summary>For calls that begin from now on.</summary>
    public TimeSpan OperationTimeout
    {
        set => Volatile.Write(ref _budget, Time.ToTimestamp(value));
    }

    /// <summary>When a call that begins now, or the call whose part it is, must be over.</summary>
    public long DeadlineFrom(long now) => _until == 0 ? now + Budget : _until;

    /// <summary>For a call of several requests: they have its one budget, of which the first has the most.</summary>
    public Dispatcher ForOneCall() => _until == 0 ? Until(Now + Budget) : this;

    /// <summary>The same, for what is part of a call that must be over by then.</summary>
    public Dispatcher Until(long deadline)
    {
        var part = (Dispatcher)MemberwiseClone();
        part._until = deadline;
        return part;
    }

    /// <summary>How many operations one call sends off before it waits: half of a server's window, the other half is for other callers.</summary>
    public int Wave { get; } = Math.Max(1, options.MaxInFlight / 2);

    public Journal Journal { get; } = journal;

    /// <summary>What is being created in this process.</summary>
    public CreationFlights Flights { get; } = new();

    /// <summary>Who measures calls; null for nobody.</summary>
    public CacheTelemetry? Telemetry { get; init; }

    /// <summary>What is asked through it is part of one call.</summary>
    public bool IsPart => _until != 0;

    /// <summary>A call of several requests begins, to be measured if somebody listens; a part of another one is not.</summary>
    public MeasuredCall Measure(CallKind kind, int size = 1) =>
        size > 0 && _until == 0 && Telemetry is { IsListenedTo: true } telemetry ? telemetry.Begin(kind, Now, size) : default;

    public RetryBudget Retries { get; } = new(options.RetryBudget);

    /// <summary>Whether one server can give a lease for a key: where all hold it, or anyone does, none can.</summary>
    public bool GivesLeases => Routes.TableOrNull?.Ring.Ownership == Ownership.One;

    /// <summary>How keys are sent.</summary>
    public KeyRules Keys { get; } = new(options);

    /// <summary>How values are stored.</summary>
    public ValueFormat Values { get; } = new(options);

    /// <summary>The longest value that is sent.</summary>
    public int MaxValueBytes { get; } = options.MaxValueBytes;

    /// <summary>The longest value that is stored in one piece, where longer ones are stored in parts; also the length of those.</summary>
    public int WholeValueBytes => IsChunking ? Math.Max(Manifest.ShortestPart, Math.Min(MaxValueBytes, Routes.TableOrNull?.LargestItem ?? int.MaxValue) - ItemOverhead) : int.MaxValue;

    /// <summary>Values that are larger than an item may lie in parts.</summary>
    public bool IsChunking { get; } = options.LargeValues == LargeValues.Chunk;

    /// <summary>The longest value that is stored, or read, in parts.</summary>
    public int MaxLargeValueBytes { get; } = options.MaxLargeValueBytes;

    /// <summary>The longest a stand-in may keep a value, in seconds.</summary>
    public int StandInTtl { get; } = (int)Math.Ceiling(options.StandInTtl.TotalSeconds);

    /// <summary>Where an operation that ended without a reply wakes its caller: the thread pool.</summary>
    public Action<IThreadPoolWorkItem> Wake { get; init; } = static ended => ThreadPool.UnsafeQueueUserWorkItem(ended, preferLocal: false);

    /// <summary>memcached's expiration time for a value, of which chance has taken its share off (<see cref="ActorCacheOptions.TtlJitter"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time to live is zero or negative.</exception>
    public int Expire(TimeSpan? ttl)
    {
        if (_ttlJitter > 0 && ttl > TimeSpan.Zero) ttl = TimeSpan.FromTicks(Math.Max(1, (long)(ttl.Value.Ticks * (1 - _ttlJitter * Random.Shared.NextDouble()))));
        return Expiration.From(ttl, Time.GetUtcNow());
    }

    /// <summary>
    /// Whether a call that nobody can answer is to be told so through the thread pool, for once, rather than on the spot: callers that try
    /// again and again without a pause would otherwise keep every thread from whoever dials.
    /// </summary>
    public bool IsTurnToYield() => ++_refusals % RefusalsPerYield == 0;

    /// <summary>Held while a call is sent to several servers, so that all get two calls for one key in the same order.</summary>
    public Lock OrderOf(ReadOnlySpan<byte> key) => _orders[(uint)KeyBytes.Comparer.GetHashCode(key) % Orders];

    public long Now => Time.GetTimestamp();

    /// <summary>As <see cref="Moment.Elapsed"/>.</summary>
    public TimeSpan Elapsed => Moment.Of(Time).Elapsed;
}
