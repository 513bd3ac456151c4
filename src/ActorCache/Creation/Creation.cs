using System.Buffers;

namespace ActorCache;

/// <summary>
/// How one flight comes by its value: asks the server for it and for the lease in one request, creates and stores it if the lease is its own,
/// serves or waits if it is somebody else's, and creates it all the same when there is no server to ask.
/// </summary>
internal sealed class Creation<T>(Dispatcher dispatcher, string key, Func<CancellationToken, ValueTask<T>> create, GetOrCreateOptions options, CreationFlight<T> flight)
{
    private readonly int _lease = Protocol.Expiration.From(options.LeaseTime, dispatcher.Time.GetUtcNow());
    private readonly int? _early = options.EarlyRefresh is null ? null : Protocol.Expiration.From(options.EarlyRefresh, dispatcher.Time.GetUtcNow());

    /// <summary>Runs it to its end. Does not throw.</summary>
    public async Task RunAsync()
    {
        CreationEnd<T> end;
        try
        {
            end = await FindAsync().ConfigureAwait(false);
        }
        catch (Exception e)
        {
            end = new CreationEnd<T>(default, Fault: e);
        }
        // First nobody can join it, then it ends: whoever asks from now on sees what the cache has.
        dispatcher.Flights.Remove(key, flight);
        flight.End(end);
    }

    /// <summary>Creates it without a look at the cache, which cannot be asked for the reason given.</summary>
    public async Task RunWithoutCacheAsync(CacheOutcome why)
    {
        var end = await CreateAsync(new LeaseAnswer<T> { Outcome = why }).ConfigureAwait(false);
        dispatcher.Flights.Remove(key, flight);
        flight.End(end);
    }

    private async Task<CreationEnd<T>> FindAsync()
    {
        var pauses = new Pauses(dispatcher.Time);
        var theirs = new ForeignLease(dispatcher.Time, options.LeaseTime);
        while (true)
        {
            // Not cancellable: who might have won must hear of it.
            var found = await LeaseGetOperation<T>.Rent().Asking(dispatcher, key, dispatcher.GivesLeases ? _lease : null, _early).Run(CancellationToken.None).ConfigureAwait(false);
            if (found.Outcome is not CacheOutcome.Hit) return await CreateAsync(found).ConfigureAwait(false);

            var isAnswer = found.HasValue || found.IsNegative;
            if (found.IsOutdated)
            {
                // Gone, its place has a lease to give. A server that cannot do that has it written over.
                if (await IsReturnedAsync(found, mark: false).ConfigureAwait(false)) continue;
                return await CreateAsync(found).ConfigureAwait(false);
            }
            if (found.Won)
            {
                if (isAnswer && (!found.IsStale || options.ServeStale)) flight.Present(new CreationEnd<T>(found.Result, found.IsStale));
                return await CreateAsync(found).ConfigureAwait(false);
            }
            if (isAnswer && (!found.IsStale || options.ServeStale)) return new CreationEnd<T>(found.Result, found.IsStale);
            if (theirs.IsGivenUp(found.Cas, found.Server) && await IsReturnedAsync(found, mark: found.IsStale).ConfigureAwait(false)) continue;
            await pauses.NextAsync(flight.Abandoned).ConfigureAwait(false);
        }
    }

    private async Task<CreationEnd<T>> CreateAsync(LeaseAnswer<T> lease)
    {
        var encoded = StoreOperation.Rent(); // only to hold the value's bytes
        try
        {
            return await CreateAsync(lease, encoded).ConfigureAwait(false);
        }
        finally
        {
            encoded.Discard();
        }
    }

    private async Task<CreationEnd<T>> CreateAsync(LeaseAnswer<T> lease, StoreOperation encoded)
    {
        T value;
        TagStamps? tags = null;
        var outcome = lease.Outcome;
        var isStorable = outcome is CacheOutcome.Hit or CacheOutcome.Miss;
        try
        {
            flight.Abandoned.ThrowIfCancellationRequested();
            // Before it is created: a tag that is invalidated meanwhile is to take the value along.
            if (isStorable && options.Tags is { Count: > 0 })
            {
                (outcome, tags) = await TagStamps.NowAsync(dispatcher.ForOneCall(), options.Tags, flight.Abandoned).ConfigureAwait(false);
                isStorable = tags is not null;
            }
            value = await CreateAsync().ConfigureAwait(false);
            if (value is null) encoded.ClientFlags = ValueFlags.Negative;
            else dispatcher.Values.Encode(value, encoded);
            if (encoded is { Value.IsEmpty: true, ClientFlags: 0 }) encoded.ClientFlags = ValueFlags.Empty;
        }
        catch (Exception e)
        {
            // Nobody waits for that, least of all whoever is to be told of the exception.
            _ = GiveBackAsync(lease);
            return new CreationEnd<T>(default, Fault: e, IsCreators: true);
        }

        var server = lease.Server;
        var ttl = value is null ? options.NegativeTtl : options.Ttl;
        // A lease sees what was deleted meanwhile; without one only what was deleted through this cache is known.
        if (isStorable && lease.Cas == 0 && !dispatcher.Flights.IsCurrent(key, flight)) (isStorable, outcome) = (false, CacheOutcome.NotStored);
        if (isStorable && (value is not null || ttl is not null))
            (outcome, server) = await StoreAsync(lease, encoded.Value, encoded.ClientFlags, dispatcher.Expire(ttl), tags).ConfigureAwait(false);
        if (value is null)
        {
            // What there was is gone: not even a value that is still good is kept.
            if (ttl is null && lease.Won) await ReturnAsync(lease, mark: false).ConfigureAwait(false);
            outcome = CacheOutcome.Miss;
        }
        else if (outcome is not (CacheOutcome.Stored or CacheOutcome.Exists or CacheOutcome.NotFound or CacheOutcome.NotStored)) _ = GiveBackAsync(lease);
        return new CreationEnd<T>(new CacheResult<T>(outcome, value, cas: 0, server, lease.FromStandIn, hasValue: value is not null));
    }

    private async ValueTask<T> CreateAsync()
    {
        var span = CacheTelemetry.StartCreation(dispatcher.Telemetry);
        var end = CallEnd.Stored;
        try
        {
            return await create(flight.Abandoned).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            end = CallEnds.Of(e);
            throw;
        }
        finally
        {
            if (span is not null) CacheTelemetry.End(span, end);
        }
    }

    private async Task<(CacheOutcome Outcome, string? Server)> StoreAsync(LeaseAnswer<T> lease, ReadOnlySequence<byte> bytes, uint flags, int exptime, TagStamps? tags = null)
    {
        try
        {
            if (bytes.Length > dispatcher.WholeValueBytes && bytes.Length <= dispatcher.MaxLargeValueBytes)
            {
                var (parts, manifest) = await ChunkedValue.WritePartsAsync(dispatcher, bytes, exptime, dispatcher.DeadlineFrom(dispatcher.Now), CancellationToken.None).ConfigureAwait(false);
                if (parts != CacheOutcome.Stored) return (parts, null);
                (bytes, flags) = (new ReadOnlySequence<byte>(manifest.ToBytes()), flags | ValueFlags.Chunked);
            }
            if (tags is not null) (bytes, flags) = (tags.Before(bytes), flags | ValueFlags.Tagged);
            var operation = LeaseStoreOperation.Rent();
            operation.Begin(dispatcher, key);
            operation.Cas = lease.Cas;
            operation.GoesTo(lease.Cas == 0 ? null : lease.Server);
            (operation.Value, operation.Flags, operation.ExpirationTime) = (bytes, flags, exptime);
            var stored = await operation.Run(CancellationToken.None).ConfigureAwait(false);
            return (stored.Outcome, stored.Server);
        }
        catch (ObjectDisposedException)
        {
            // Shut down while it was being created: there is a value all the same.
            return (CacheOutcome.Unavailable, null);
        }
    }

    // So that nobody waits for a value that will not come from here.
    private async Task GiveBackAsync(LeaseAnswer<T> lease)
    {
        if (!lease.Won) return;
        try
        {
            // A value that was to be renewed early is still good: stored again as it is, it has its lease to give once more.
            if (lease.Stored is { } item) await StoreAsync(lease, new ReadOnlySequence<byte>(item.Bytes), item.Flags, Math.Max(0, item.SecondsLeft)).ConfigureAwait(false);
            else await ReturnAsync(lease, mark: lease.IsStale).ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // Shut down: it ends by itself.
        }
    }

    // By this caller or by somebody else: that version has no lease any more.
    private async ValueTask<bool> IsReturnedAsync(LeaseAnswer<T> lease, bool mark) =>
        (await ReturnAsync(lease, mark).ConfigureAwait(false)).Outcome is CacheOutcome.Stored or CacheOutcome.Exists or CacheOutcome.NotFound;

    private ValueTask<StoreResult> ReturnAsync(in LeaseAnswer<T> lease, bool mark)
    {
        var operation = InvalidateOperation.Rent().ReturnsLease(lease.Cas, lease.Server!, mark);
        operation.Begin(dispatcher, key);
        return operation.Run(CancellationToken.None);
    }
}
