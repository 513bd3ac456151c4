using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ActorCache.EndToEnd.Tests.Hosting;

/// <summary>Which source of options has the last word: each step against the one below, for every way in which a cache is added.</summary>
public sealed class PrecedenceTests
{
    // From reference.conf at 0 to code at 7. Each step says its own number for the window, and all below it are there too.
    private const int Highest = 7;

    public static TheoryData<string, int> WaysAndSteps
    {
        get
        {
            var rows = new TheoryData<string, int>();
            foreach (var way in new[] { "services", "keyed services", "akka", "keyed akka" })
            {
                for (var step = 0; step <= Highest; step++) rows.Add(way, step);
            }
            return rows;
        }
    }

    [Theory, MemberData(nameof(WaysAndSteps))]
    public async Task What_is_said_higher_up_counts(string way, int step)
    {
        var (name, connectionString) = way.StartsWith("keyed", StringComparison.Ordinal) ? ("orders", "orders") : ("default", "ActorCache");
        var hocon = "akka.loglevel = WARNING\n" + (step >= 1 ? "actor-cache.default.max-in-flight = 1\n" : "") + (step >= 2 ? $"actor-cache.instances.{name}.max_in_flight = 2\n" : "");
        var settings = new Dictionary<string, string?> { ["ActorCache:Servers"] = "127.0.0.1:1" };
        if (step >= 3) settings["ActorCache:MaxInFlight"] = "3";
        if (step >= 5) settings[$"ActorCache:{name}:MaxInFlight"] = "5";
        if (step >= 6) settings[$"ConnectionStrings:{connectionString}"] = "127.0.0.1:6;max_in_flight=6";
        var seen = 0;

        // Environment variables are configuration; of that, what was added last counts.
        var prefix = $"AC{Guid.NewGuid():N}_";
        if (step >= 4) Environment.SetEnvironmentVariable($"{prefix}ActorCache__max_in_flight", "4");
        using var host = Hosts.Build(configuration => configuration.AddInMemoryCollection(settings).AddEnvironmentVariables(prefix), services =>
        {
            _ = way switch
            {
                "services" => services.AddActorCache(InCode),
                "keyed services" => services.AddKeyedActorCache(name, InCode),
                _ => services,
            };
            services.AddAkka("app", akka => _ = (akka.AddHocon(hocon, HoconAddMode.Prepend), way switch
            {
                "akka" => akka.WithActorCache(InCode),
                "keyed akka" => akka.WithKeyedActorCache(name, InCode),
                _ => akka,
            }));
        });
        Environment.SetEnvironmentVariable($"{prefix}ActorCache__max_in_flight", null);
        await host.StartAsync();

        Assert.Equal(step == 0 ? 16_384 : step, seen);
        var cache = ActorCacheExtension.For(host.Services.GetRequiredService<ActorSystem>()).Get(name);
        Assert.Equal((name, step >= 6 ? "127.0.0.1:6" : "127.0.0.1:1"), (cache.Name, Assert.Single(cache.Monitor.Current.Servers).Name));
        await host.StopAsync();

        void InCode(ActorCacheOptions options)
        {
            if (step >= 7) options.MaxInFlight = 7;
            seen = options.MaxInFlight;
        }
    }

    [Fact]
    public void What_is_said_in_code_counts_in_the_order_of_the_calls_even_before_the_cache_was_added()
    {
        using var host = Hosts.Build(configuration => configuration.AddInMemoryCollection([new("ActorCache:MaxInFlight", "1"), new("ActorCache:Servers", "h"), new("ActorCache:JournalMaxKeys", "1")]),
            services => services
                .Configure<ActorCacheOptions>(options => options.JournalMaxKeys = 2)
                .AddActorCache(options => options.MaxInFlight = 2)
                .AddActorCache("max_in_flight=3;server_max_retry=3")
                .AddActorCache(new ConfigurationBuilder().AddInMemoryCollection([new("ActorCache:ServerMaxRetry", "4"), new("ConnectionStrings:ActorCache", "c;max_value_bytes=4")]).Build())
                .PostConfigure<ActorCacheOptions>(options => options.MaxInFlight++));
        var options = host.Services.GetRequiredService<IOptions<ActorCacheOptions>>().Value;
        Assert.Equal(("c", 4, 4, 4, 2), (Assert.Single(options.Servers), options.MaxInFlight, options.ServerMaxRetry, options.MaxValueBytes, options.JournalMaxKeys));
    }

    [Fact]
    public async Task Without_a_configuration_or_an_actor_system_there_is_what_is_said_in_code()
    {
        await using var provider = new ServiceCollection().AddActorCache("a:1").AddKeyedActorCache("orders", "b:1").BuildServiceProvider();
        var options = provider.GetRequiredService<IOptionsMonitor<ActorCacheOptions>>();
        Assert.Equal(["a:1", "b:1"], [.. options.CurrentValue.Servers, .. options.Get("orders").Servers]);
        Assert.Equal("b:1", Assert.Single(provider.GetRequiredKeyedService<IActorCache>("orders").Monitor.Current.Servers).Name);
    }
}
