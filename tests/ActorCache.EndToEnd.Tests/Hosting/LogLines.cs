using Microsoft.Extensions.Logging;

namespace ActorCache.EndToEnd.Tests.Hosting;

/// <summary>Keeps what the caches of a host log.</summary>
internal sealed class LogLines : ILoggerProvider
{
    private readonly Lock _gate = new();
    private readonly List<(LogLevel Level, string Line)> _all = [];

    public IReadOnlyList<string> Of(LogLevel level)
    {
        lock (_gate) return [.. _all.Where(line => line.Level == level).Select(line => line.Line)];
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName == "ActorCache");

    public void Dispose() { }

    private sealed class Logger(LogLines lines, bool isOurs) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => isOurs;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!isOurs) return;
            lock (lines._gate) lines._all.Add((logLevel, formatter(state, exception)));
        }
    }
}
