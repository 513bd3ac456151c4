using ActorCache.EmbeddedServer;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCache.EndToEnd.Tests.Hosting;

/// <summary>A worker uses the cache from its first line to its last, wherever it was registered.</summary>
public sealed class WorkerTests
{
    [Theory]
    [InlineData("cache, worker")]
    [InlineData("worker, cache")]
    [InlineData("cache, akka, worker")]
    [InlineData("akka, cache, worker")]
    [InlineData("cache, worker, akka")]
    [InlineData("akka, worker, cache")]
    [InlineData("worker, cache, akka")]
    [InlineData("worker, akka, cache")]
    public async Task A_worker_may_use_it_until_its_very_last_line(string order)
    {
        await using var server = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services =>
        {
            foreach (var part in order.Split(", "))
            {
                _ = part switch
                {
                    "cache" => services.AddActorCache(server.Address + Hosts.Patient),
                    "worker" => services.AddHostedService<Worker>(),
                    "akka" => services.AddAkka("app", akka => akka.WithActorCache()),
                    _ => throw new ArgumentException(part, nameof(order)),
                };
            }
        });
        var worker = host.Services.GetServices<IHostedService>().OfType<Worker>().Single();
        await host.StartAsync().Patiently();
        await worker.Working.Patiently();
        await host.StopAsync().Patiently();

        Assert.Null(worker.ExecuteTask!.Exception);
        Assert.Equal(["constructor: Stored", "start: Stored", "work: Hit", "last line of the work: Stored", "last line of the stop: Hit"], worker.Lines);
    }

    private sealed class Worker : BackgroundService
    {
        private readonly IActorCache _cache;
        private readonly TaskCompletionSource _working = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Worker(IActorCache cache)
        {
            _cache = cache;
            Lines.Add($"constructor: {cache.SetAsync("key", "value").AsTask().GetAwaiter().GetResult().Outcome}");
        }

        public List<string> Lines { get; } = [];

        public Task Working => _working.Task;

        public override async Task StartAsync(CancellationToken cancellationToken)
        {
            Lines.Add($"start: {(await _cache.SetAsync("key", "value", ct: cancellationToken)).Outcome}");
            await base.StartAsync(cancellationToken);
        }

        public override async Task StopAsync(CancellationToken cancellationToken)
        {
            await base.StopAsync(cancellationToken);
            Lines.Add($"last line of the stop: {(await _cache.GetAsync<string>("last", CancellationToken.None)).Outcome}");
        }

        protected override async Task ExecuteAsync(CancellationToken stoppingToken)
        {
            Lines.Add($"work: {(await _cache.GetAsync<string>("key", stoppingToken)).Outcome}");
            var stopped = new TaskCompletionSource();
            await using var registration = stoppingToken.Register(stopped.SetResult);
            _working.SetResult();
            await stopped.Task;
            Lines.Add($"last line of the work: {(await _cache.SetAsync("last", "value", ct: CancellationToken.None)).Outcome}");
        }
    }
}
