namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>A cache over one scripted server, so that what the server says badly has nowhere else to go: it shows in the call's outcome.</summary>
internal sealed class OneScripted : IAsyncDisposable
{
    private readonly OneCache _cache;

    private OneScripted(ScriptedServer server, OneCache cache) => (Server, _cache) = (server, cache);

    public ScriptedServer Server { get; }

    public IActorCache Cache => _cache.Cache;

    public EventLog Log => _cache.Log;

    public static async Task<OneScripted> StartAsync(Action<ActorCacheOptions>? configure = null)
    {
        var server = ScriptedServer.Start();
        return new OneScripted(server, await OneCache.StartAsync(server.Address, options =>
        {
            // A server that is only suspect serves again as soon as it is reached: spoiled connections are replaced at once.
            options.ServerMaxRetry = 1_000_000;
            options.RetryDelay = TimeSpan.FromMilliseconds(1);
            options.MaxRetryDelay = TimeSpan.FromMilliseconds(5);
            options.ReadTimeout = TimeSpan.FromSeconds(1);
            configure?.Invoke(options);
        }));
    }

    /// <inheritdoc cref="Tally.OfGetsAsync" />
    public Task<Tally> GetAsync(int callers, int each) => Tally.OfGetsAsync(_cache, callers, each);

    public async ValueTask DisposeAsync()
    {
        await _cache.DisposeAsync();
        Server.Dispose();
    }
}
