using ActorCache;

namespace WorkerQuickstart;

/// <summary>Keeps three users in the cache, reads them back a few times, and ends.</summary>
public class Worker(IActorCache cache, ILogger<Worker> logger, IHostApplicationLifetime host) : BackgroundService
{
    private static readonly string[] Names = ["ada", "edsger", "grace"];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        foreach (var name in Names)
        {
            var user = new User(name, DateTimeOffset.UtcNow);
            var set = await cache.SetAsync($"user:{name}", user, ttl: TimeSpan.FromMinutes(5), stoppingToken);
            logger.LogInformation("set user:{Name}: {Outcome}", name, set.Outcome);
        }

        for (var round = 0; round < 3; round++)
        {
            // A read says how it ended. Miss is an answer, and so is Unavailable: a dead server is never an exception.
            var ada = await cache.GetAsync<User>("user:ada", stoppingToken);
            logger.LogInformation("get user:ada: {Outcome}, {User}", ada.Outcome, ada.Value);

            // A counter; the first call makes it, with 1.
            var rounds = await cache.IncrementAsync("rounds", initial: 1, ct: stoppingToken);
            logger.LogInformation("count rounds: {Rounds}", rounds.Value);

            // Many at once, each answered for itself.
            var many = await cache.GetManyAsync<User>(["user:edsger", "user:grace", "user:nobody"], stoppingToken);
            foreach (var (key, result) in many) logger.LogInformation("get many, {Key}: {Outcome}", key, result.Outcome);

            await Task.Delay(1000, stoppingToken);
        }

        host.StopApplication();
    }

    private sealed record User(string Name, DateTimeOffset Since);
}
