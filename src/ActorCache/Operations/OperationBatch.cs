using System.Runtime.ExceptionServices;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>Many operations of one call, one a key: all are checked before the first is sent, and each is answered for itself.</summary>
internal sealed class OperationBatch<TOperation, TResult>
    where TOperation : AwaitableOperation<TOperation, TResult>, new()
{
    private readonly Dictionary<string, TOperation> _operations = new(StringComparer.Ordinal);

    public int Count => _operations.Count;

    public bool Contains(string key) => _operations.ContainsKey(key);

    /// <summary>Adds an operation; of two for one key the later one counts.</summary>
    public void Add(string key, TOperation operation)
    {
        if (_operations.Remove(key, out var earlier)) earlier.Discard();
        _operations.Add(key, operation);
    }

    /// <summary>Nothing is sent: gives the operations back, and returns what to throw.</summary>
    public Exception Refuse(Exception exception)
    {
        foreach (var operation in _operations.Values) operation.Discard();
        _operations.Clear();
        return exception;
    }

    /// <summary>Sends all, then waits for all.</summary>
    public async ValueTask<IReadOnlyDictionary<string, TResult>> RunAsync(CancellationToken ct)
    {
        var running = new List<KeyValuePair<string, ValueTask<TResult>>>(_operations.Count);
#pragma warning disable CA2012 // Each is awaited once, below.
        var touched = new HashSet<IConnection>(ReferenceEqualityComparer.Instance);
        foreach (var (key, operation) in _operations)
        {
            running.Add(KeyValuePair.Create(key, operation.Run(ct, more: true)));
            if (operation.Connection is { } connection) touched.Add(connection);
        }
#pragma warning restore CA2012
        foreach (var connection in touched) connection.Flush();

        var results = new Dictionary<string, TResult>(running.Count, StringComparer.Ordinal);
        Exception? first = null;
        foreach (var (key, result) in running)
        {
            try
            {
                // Every one is awaited, even after a failure: an operation goes back to its pool when its result is taken.
                results.Add(key, await result.ConfigureAwait(false));
            }
            catch (Exception e)
            {
                first ??= e;
            }
        }
        if (first is not null) ExceptionDispatchInfo.Throw(first);
        return results;
    }
}
