using System.Buffers;
using System.IO.Pipelines;
using ActorCache.OutputCaching;
using Microsoft.AspNetCore.OutputCaching;

namespace ActorCache.Caching.Tests.Contract;

/// <summary>One of the two interfaces to call an output cache's store by; what one has stored the other finds.</summary>
public abstract class OutputCacheDoor
{
    public abstract Task<byte[]?> Get(ActorCacheOutputCacheStore store, string key, CancellationToken ct = default);

    public abstract ValueTask Set(ActorCacheOutputCacheStore store, string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken ct = default);

    /// <summary><see cref="IOutputCacheStore"/>.</summary>
    public sealed class Bytes : OutputCacheDoor
    {
        public override Task<byte[]?> Get(ActorCacheOutputCacheStore store, string key, CancellationToken ct = default) => ((IOutputCacheStore)store).GetAsync(key, ct).AsTask();

        public override ValueTask Set(ActorCacheOutputCacheStore store, string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken ct = default) =>
            ((IOutputCacheStore)store).SetAsync(key, value, tags, validFor, ct);
    }

    /// <summary><see cref="IOutputCacheBufferStore"/>.</summary>
    public sealed class Buffers : OutputCacheDoor
    {
        public override Task<byte[]?> Get(ActorCacheOutputCacheStore store, string key, CancellationToken ct = default)
        {
            var pipe = new Pipe();
            return Ended(((IOutputCacheBufferStore)store).TryGetAsync(key, pipe.Writer, ct), pipe);
        }

        public override ValueTask Set(ActorCacheOutputCacheStore store, string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken ct = default) =>
            ((IOutputCacheBufferStore)store).SetAsync(key, Door.InPieces(value), tags, validFor, ct);

        // A pipe takes more than a little only while somebody reads.
        private static async Task<byte[]?> Ended(ValueTask<bool> reading, Pipe pipe)
        {
            using var arrived = new MemoryStream();
            var copied = pipe.Reader.CopyToAsync(arrived, CancellationToken.None);
            var found = false;
            try
            {
                found = await reading;
            }
            finally
            {
                await pipe.Writer.CompleteAsync();
                await copied;
            }
            return found ? arrived.ToArray() : null;
        }
    }
}
