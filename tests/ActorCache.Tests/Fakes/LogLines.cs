using Microsoft.Extensions.Logging;

namespace ActorCache.Tests;

/// <summary>Keeps what is logged.</summary>
internal sealed class LogLines : ILogger
{
    private readonly Lock _gate = new();
    private readonly List<(int Id, LogLevel Level, string Line)> _all = [];

    public IReadOnlyList<(int Id, LogLevel Level, string Line)> All
    {
        get
        {
            lock (_gate) return [.. _all];
        }
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate) _all.Add((eventId.Id, logLevel, formatter(state, exception)));
    }
}
