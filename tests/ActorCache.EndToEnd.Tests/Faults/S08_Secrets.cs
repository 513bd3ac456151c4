using System.Collections.Concurrent;
using System.Text.Json;
using ActorCache.EmbeddedServer;
using Akka.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>S8: whatever goes wrong with a password, no text that anybody keeps has it in it: no log, exception, event or snapshot.</summary>
public sealed class S08_Secrets
{
    private const string Secret = "hunter2";

    public static TheoryData<string, Action<IServiceCollection>> Wrong => new()
    {
        { "no user", services => services.AddActorCache($"a;password={Secret}") },
        { "a space", services => services.AddActorCache($"a;username=u;password={Secret} {Secret}") },
        { "a semicolon", services => services.AddActorCache($"a;username=u;password=x;{Secret}") },
        { "a semicolon and a name", services => services.AddActorCache($"a;username=u;password=x;{Secret}={Secret}") },
        { "a semicolon and nothing", services => services.AddActorCache($"a;username=u;password=x;={Secret}") },
        { "another name", services => services.AddActorCache($"a;pasword={Secret}") },
        { "taken for the user", services => services.AddActorCache($"a;username={Secret} {Secret};password=x") },
        { "a file as well", services => services.AddActorCache($"a;username=u;password={Secret};password_file=/nowhere") },
        { "in code", services => services.AddActorCache(options => (options.Servers, options.Password) = (["a"], $"{Secret}\r\n")) },
        {
            "in configuration", services => services.AddActorCache(new ConfigurationManager { ["ActorCache:Servers"] = "a", ["ActorCache:Password"] = Secret })
        },
        {
            "in HOCON", services => services.AddActorCache("a").AddAkka("app", akka => akka.AddHocon($"actor-cache.default.password = \"{Secret} {Secret}\"", HoconAddMode.Append))
        },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task A_password_that_is_set_wrongly_is_reported_without_it(string how, Action<IServiceCollection> add)
    {
        var log = new Everything();
        using var host = Hosts.Build(services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
            add(services);
        });
        var refused = await Assert.ThrowsAnyAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.DoesNotContain(Secret, refused.ToString(), StringComparison.Ordinal);
        Assert.True(log.Lines.All(line => !line.Contains(Secret, StringComparison.Ordinal)), how);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_password_that_is_refused_is_in_no_text(bool fromFile)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Secret);
        await using var refusing = EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { Users = new Dictionary<string, string> { ["app"] = "another" } });
        await using var dead = EmbeddedMemcached.Start();
        dead.Kill();
        var log = new Everything();
        using var host = Hosts.Build(services => services
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log))
            .AddAkka("app", akka => akka.AddHocon("akka.loglevel = DEBUG", HoconAddMode.Prepend).ConfigureLoggers(loggers => loggers.AddLoggerFactory()))
            .AddActorCache($"{refusing.Address},{dead.Address};username=app;{(fromFile ? $"password_file={file}" : $"password={Secret}")};retry_delay=10ms;max_retry_delay=20ms"));
        await host.StartAsync();
        var cache = host.Services.GetRequiredService<IActorCache>();
        var events = new EventLog(cache.Monitor);
        await Patience.Until(() => ValueTask.FromResult(cache.Monitor.Current), now => now.Servers.All(server => server.FailedAttempts > 3));
        var asked = await cache.GetAsync<string>("key");

        var options = host.Services.GetRequiredService<IOptions<ActorCacheOptions>>().Value;
        string[] texts =
        [
            .. log.Lines, .. events.Events.Select(happened => $"{happened} {JsonSerializer.Serialize<object>(happened)}"), $"{cache.Monitor.Current} {JsonSerializer.Serialize(cache.Monitor.Current)}",
            $"{asked}", $"{cache.Monitor.Explain("key")}", $"{options}", $"{new Transport.Credentials("app", Secret)}", $"{new Transport.ConnectionOptions { Credentials = new("app", Secret) }}",
        ];
        await host.StopAsync();
        File.Delete(file);
        Assert.Contains(texts, text => text.Contains("refuses the user", StringComparison.Ordinal));
        Assert.All(texts, text => Assert.DoesNotContain(Secret, text, StringComparison.Ordinal));
    }

    /// <summary>Every line anybody logs, with its exception.</summary>
    private sealed class Everything : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose() { }
    }
}
