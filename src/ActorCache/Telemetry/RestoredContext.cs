using System.Diagnostics;

namespace ActorCache;

/// <summary>Whatever becomes the current span inside is not current any more outside. Spans start and end on different threads here.</summary>
internal readonly ref struct RestoredContext
{
    private readonly ExecutionContext? _context;
    private readonly Activity? _current;

    public RestoredContext() => (_context, _current) = (ExecutionContext.Capture(), Activity.Current);

    public void Dispose()
    {
        // The whole context: a span that has ended meanwhile, and is current all the same, could not be set again.
        if (_context is not null) ExecutionContext.Restore(_context);
        else Activity.Current = _current;
    }
}
