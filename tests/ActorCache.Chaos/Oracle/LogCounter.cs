using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ActorCache.Chaos;

/// <summary>A log that keeps count of the client's own lines, and keeps the lines.</summary>
internal sealed class LogCounter : ILoggerProvider
{
    public ConcurrentQueue<string> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => new Counter(this, categoryName.StartsWith("ActorCache", StringComparison.Ordinal));

    public void Dispose() { }

    private sealed class Counter(LogCounter log, bool counts) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => counts && logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) log.Lines.Enqueue(formatter(state, exception));
        }
    }
}
