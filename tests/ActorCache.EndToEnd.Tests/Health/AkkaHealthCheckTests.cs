using System.Collections.Concurrent;
using ActorCache.EmbeddedServer;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorCache.EndToEnd.Tests.Health;

/// <summary>The health check that Akka.Hosting adds to the host's, or does not.</summary>
public sealed class AkkaHealthCheckTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_is_one_of_the_hosts_checks_whichever_was_added_first(bool checksFirst)
    {
        await using var server = EmbeddedMemcached.Start();
        var lines = new Lines();
        using var host = Hosts.Build(services =>
        {
            services.AddLogging(logging => logging.AddProvider(lines));
            if (checksFirst) services.AddHealthChecks();
            services.AddAkka("app", akka => akka.WithActorCache(server.Address + Hosts.Patient).WithActorCacheHealthCheck(tags: ["ready"]));
            if (!checksFirst) services.AddHealthChecks();
        });
        await host.StartAsync();
        var cache = ActorCacheExtension.For(host.Services.GetRequiredService<ActorSystem>()).Get();
        await new EventLog(cache.Monitor).UntilAllServe();
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Tags.Contains("ready"));
        Assert.Equal(HealthStatus.Healthy, report.Entries["actorcache"].Status);
        Assert.Contains(server.Address, report.Entries["actorcache"].Data.Keys);
        Assert.DoesNotContain(lines.All, line => line.Contains("AddHealthChecks", StringComparison.Ordinal));
        await host.StopAsync();
    }

    [Fact]
    public async Task Without_the_hosts_checks_the_log_says_that_there_is_none()
    {
        await using var server = EmbeddedMemcached.Start();
        var lines = new Lines();
        using var host = Hosts.Build(services =>
        {
            services.AddLogging(logging => logging.AddProvider(lines));
            services.AddAkka("app", akka => akka.WithActorCache(server.Address + Hosts.Patient).WithActorCacheHealthCheck());
        });
        await host.StartAsync();
        Assert.Null(host.Services.GetService<HealthCheckService>());
        Assert.Equal("ActorCache Warning Health check actorcache is not registered: call services.AddHealthChecks() beside WithActorCacheHealthCheck().",
            Assert.Single(lines.All, line => line.Contains("AddHealthChecks", StringComparison.Ordinal)));
        await host.StopAsync();
    }

    [Fact]
    public async Task A_cache_that_does_not_run_there_is_not_started_by_being_looked_at()
    {
        using var host = Hosts.Build(services =>
        {
            services.AddHealthChecks();
            services.AddAkka("app", akka => akka.WithActorCacheHealthCheck("orders", failureStatus: HealthStatus.Degraded));
        });
        await host.StartAsync();
        for (var i = 0; i < 2; i++)
        {
            var entry = (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["actorcache-orders"];
            Assert.Equal((HealthStatus.Degraded, "No cache \"orders\" runs in this actor system."), (entry.Status, entry.Description));
        }
        await host.StopAsync();
    }

    /// <summary>Keeps what is logged, with its category and level.</summary>
    private sealed class Lines : ILoggerProvider
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, All);

        public void Dispose() { }

        private sealed class Logger(string category, ConcurrentQueue<string> all) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                all.Enqueue($"{category} {logLevel} {formatter(state, exception)}");
        }
    }
}
