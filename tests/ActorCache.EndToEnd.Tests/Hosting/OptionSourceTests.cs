using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ActorCache.EndToEnd.Tests.Hosting;

/// <summary>Options by every way into a host, and what a wrong one says when the host starts.</summary>
public sealed class OptionSourceTests
{
    private const string Servers = "127.0.0.1:1,127.0.0.1:2*3";

    public static TheoryData<string, Action<IServiceCollection>> Ways => new()
    {
        { "connection string", services => services.AddActorCache($"{Servers};connect_timeout=1s;read_timeout=00:00:02;server_max_retry=7") },
        { "connection string, all names", services => services.AddActorCache($"servers={Servers};ConnectTimeout=1000;read-timeout=2s;ServerMaxRetry=7") },
        {
            "delegate", services => services.AddActorCache(options =>
            {
                options.Servers = ["127.0.0.1:1", "127.0.0.1:2*3"];
                options.ConnectTimeout = TimeSpan.FromSeconds(1);
                options.ReadTimeout = TimeSpan.FromSeconds(2);
                options.ServerMaxRetry = 7;
            })
        },
        { "configuration", services => services.AddActorCache(Configuration("ActorCache:").GetSection("ActorCache")) },
        { "configuration's root", services => services.AddActorCache(Configuration("ActorCache:")) },
        { "connection string of the configuration", services => services.AddActorCache(Configuration("").GetConnectionString("cache")!) },
        {
            "two calls", services => services
                .AddActorCache($"{Servers};connect_timeout=9s;server_max_retry=7")
                .AddActorCache("connect_timeout=1s;read_timeout=2s")
        },
        {
            "HOCON beneath a connection string", services => services.AddActorCache($"{Servers};connect_timeout=1s")
                .AddAkka("app", akka => akka
                    .AddHocon("actor-cache.default { connect_timeout = 9s, read_timeout = 2s, server-max-retry = 7 }", HoconAddMode.Append))
        },
    };

    public static TheoryData<string, string> Faults => new()
    {
        { "", "ActorCache: Servers is empty; name at least one, such as \"cache-1:11211\"." },
        { "connect_timeout=1s", "ActorCache: Servers is empty; name at least one" },
        { "a:0", "ActorCache: Servers[0]: Server \"a:0\" has no port from 1 to 65535" },
        { "a:1,b:65536", "ActorCache: Servers[1]: Server \"b:65536\" has no port from 1 to 65535" },
        { "a:1,a:1", "ActorCache: Servers[1]: \"a:1\" is listed twice; remove one" },
        { "a:1*0", "ActorCache: Servers[0]: Server \"a:1*0\"" },
        { "a:1*-1", "ActorCache: Servers[0]: Server \"a:1*-1\"" },
        { "a:1;connect_timeout=0", "ActorCache: ConnectTimeout (00:00:00) must be above zero; the default is" },
        { "a:1;read_timeout=-1ms", "ActorCache: ReadTimeout (-00:00:00.001) must be above zero; the default is" },
        { "a:1;operation_timeout=0s", "ActorCache: OperationTimeout (00:00:00) must be above zero; the default is" },
        { "a:1;operation_timeout=999999999999", "ActorCache: OperationTimeout" },
        { "a:1;retry_delay=100ms;max_retry_delay=50ms", "ActorCache: MaxRetryDelay (00:00:00.05) is below RetryDelay (00:00:00.1); raise it." },
        { "a:1;server_max_retry=0", "ActorCache: ServerMaxRetry (0) must be at least 1" },
        { "a:1;max_in_flight=0", "ActorCache: MaxInFlight (0) must be 1 to 65535; the default is 16384." },
        { "a:1;max_in_flight=65536", "ActorCache: MaxInFlight (65536) must be 1 to 65535" },
        { "a:1;distribution=modula", "ActorCache: Distribution \"modula\" is not known; there are ketama, ketama-spymemcached, ketama-spymemcached-libmemcached, ketama-spymemcached-weighted, ketama-spymemcached-weighted-libmemcached, twemproxy, twemproxy-one-at-a-time, dalli, pymemcache, enyim, libmemcached-modula, libmemcached-modula-crc, libmemcached-consistent, libmemcached-consistent-fnv1a32, libmemcached-ketama, libmemcached-ketama-spy, round-robin, replicated." },
        { "a:1;read_timeout=soon", "ActorCache: ReadTimeout: \"soon\" is not a duration; write 500ms, 2s, 1m or 00:00:02." },
        { "a:1;server_max_retry=three", "ActorCache: ServerMaxRetry: \"three\" is not a whole number." },
        { "a:1;retries=3", "ActorCache: \"retries\" is not an option; there are servers, discovery, discovery_interval, connect_timeout" },
        { "node01@a:1;discovery=dns", "ActorCache: Servers[0]: an alias is one server's, and \"a:1\" stands for all that are found there; drop \"node01@\", or set Discovery to None." },
        { "a:1;fast", "ActorCache: Part 2 of the connection string is no setting; write name=value." },
    };

    [Theory, MemberData(nameof(Ways))]
    public async Task Options_come_in_by_every_way(string way, Action<IServiceCollection> add)
    {
        _ = way;
        using var host = Hosts.Build(add);
        var options = host.Services.GetRequiredService<IOptions<ActorCacheOptions>>().Value;
        Assert.Equal(TimeSpan.FromSeconds(1), options.ConnectTimeout);
        Assert.Equal(TimeSpan.FromSeconds(2), options.ReadTimeout);
        Assert.Equal(7, options.ServerMaxRetry);
        Assert.Equal(TimeSpan.FromMilliseconds(100), options.RetryDelay);

        await host.StartAsync();
        var servers = host.Services.GetRequiredService<IActorCacheMonitor>().Current.Servers;
        Assert.Equal(["127.0.0.1:1", "127.0.0.1:2"], servers.Select(server => server.Name));
        Assert.Equal([1, 3], servers.Select(server => server.Weight));
        await host.StopAsync();
    }

    [Theory, MemberData(nameof(Faults))]
    public async Task A_wrong_option_fails_the_start_and_says_its_fix(string connectionString, string fault)
    {
        using var host = Hosts.Build(services => services.AddActorCache(connectionString));
        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains(thrown.Failures, failure => failure.StartsWith(fault, StringComparison.Ordinal));
        await host.StopAsync();
    }

    [Fact]
    public async Task Every_fault_is_listed_at_once()
    {
        using var host = Hosts.Build(services => services.AddActorCache("a:1,a:1,b:x;connect_timeout=0;read_timeout=never;max_in_flight=-1;colour=red"));
        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Equal(6, thrown.Failures.Count());
    }

    [Fact]
    public void A_wrong_option_is_told_to_whoever_resolves_the_cache_before_the_start_too()
    {
        using var host = Hosts.Build(services => services.AddActorCache("a:0"));
        var thrown = Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<IActorCache>());
        Assert.Contains("Servers[0]", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_option_in_HOCON_fails_the_start_and_says_its_fix()
    {
        using var host = Hosts.Build(services => services.AddAkka("app", akka => akka
            .AddHocon("actor-cache.default { servers = [\"a:0\"], read_timeout = 0s, retry_delay = soon }", HoconAddMode.Append)
            .WithActorCache()));
        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains(thrown.Failures, failure => failure.StartsWith("ActorCache: Servers[0]: Server \"a:0\" has no port", StringComparison.Ordinal));
        Assert.Contains(thrown.Failures, failure => failure.StartsWith("ActorCache: ReadTimeout (00:00:00) must be above zero", StringComparison.Ordinal));
        Assert.Contains(thrown.Failures, failure => failure.StartsWith("ActorCache: actor-cache.default.retry_delay: \"soon\" is not a duration", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_HOCON_without_servers_fails_the_start_and_says_so()
    {
        using var host = Hosts.Build(services => services.AddAkka("app", akka => akka.WithActorCache()));
        var thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.StartsWith("ActorCache: Servers is empty", Assert.Single(thrown.Failures), StringComparison.Ordinal);
    }

    private static IConfigurationRoot Configuration(string prefix) => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        [$"{prefix}Servers:0"] = "127.0.0.1:1",
        [$"{prefix}Servers:1"] = "127.0.0.1:2*3",
        [$"{prefix}ConnectTimeout"] = "1s",
        [$"{prefix}read_timeout"] = "00:00:02",
        [$"{prefix}ServerMaxRetry"] = "7",
        ["Logging:LogLevel:Default"] = "Information",
        ["ConnectionStrings:cache"] = $"{Servers};connect_timeout=1s;read_timeout=2s;server_max_retry=7",
    }).Build();
}
