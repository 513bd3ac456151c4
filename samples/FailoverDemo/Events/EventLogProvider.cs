using Microsoft.Extensions.Logging;

namespace FailoverDemo;

/// <summary>Logging's way into the event log: a console logger would write across the live view.</summary>
internal sealed class EventLogProvider(EventLog log) : ILoggerProvider
{
    public ILogger CreateLogger(string categoryName) => new Logger(log, categoryName[(categoryName.LastIndexOf('.') + 1)..]);

    public void Dispose()
    {
    }

    private sealed class Logger(EventLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel)) log.Add(category, $"{formatter(state, exception)} {exception?.Message}".TrimEnd());
        }
    }
}
