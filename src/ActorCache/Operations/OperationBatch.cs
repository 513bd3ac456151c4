using System.Runtime.ExceptionServices;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// Many operations of one call, one a key: all are checked before the first is sent, and each is answered for itself. They are sent in
/// waves, so that a call of any size neither fills the window it shares with other callers nor piles up what waits to be sent.
/// </summary>
/// <param name="wave">How many operations are sent before they are waited for.</param>
internal sealed class OperationBatch<TOperation, TResult>(int wave)
    where TOperation : AwaitableOperation<TOperation, TResult>, new()
    where TResult : IAnswer
{
    private const long WaveBytes = 4 << 20;
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

    /// <summary>Sends all, wave by wave, and waits for all.</summary>
    public async ValueTask<IReadOnlyDictionary<string, TResult>> RunAsync(CancellationToken ct)
    {
        var results = new Dictionary<string, TResult>(_operations.Count, StringComparer.Ordinal);
        var running = new List<KeyValuePair<string, ValueTask<TResult>>>(Math.Min(wave, _operations.Count));
        var touched = new HashSet<IConnection>(ReferenceEqualityComparer.Instance);
        Exception? first = null;
        var bytes = 0L;
        foreach (var (key, operation) in _operations)
        {
            bytes += operation.ValueLength;
#pragma warning disable CA2012 // Each is awaited once, when its wave is complete.
            running.Add(KeyValuePair.Create(key, operation.Run(ct, more: true)));
#pragma warning restore CA2012
            if (operation.Connection is { } connection) touched.Add(connection);
            if (running.Count < wave && bytes < WaveBytes) continue;
            await FinishWave().ConfigureAwait(false);
            bytes = 0;
        }
        await FinishWave().ConfigureAwait(false);
        if (first is not null) ExceptionDispatchInfo.Throw(first);
        return results;

        async ValueTask FinishWave()
        {
            foreach (var connection in touched) connection.Flush();
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
            running.Clear();
            touched.Clear();
        }
    }
}
