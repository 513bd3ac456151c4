using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;

namespace ActorCache.Caching.Tests.Contract;

/// <summary>One of the ways to call a distributed cache: a contract holds for each of them, and what one has stored the others find.</summary>
public abstract class Door
{
    public abstract Task<byte[]?> Get(ActorCacheDistributedCache cache, string key);

    public abstract Task Set(ActorCacheDistributedCache cache, string key, byte[] value, DistributedCacheEntryOptions options);

    public virtual Task Refresh(ActorCacheDistributedCache cache, string key) => cache.RefreshAsync(key);

    public virtual Task Remove(ActorCacheDistributedCache cache, string key) => cache.RemoveAsync(key);

    public static Door Named(string name) => name switch
    {
        nameof(Sync) => new Sync(),
        nameof(Async) => new Async(),
        nameof(BufferSync) => new BufferSync(),
        nameof(BufferAsync) => new BufferAsync(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such door."),
    };

    /// <summary>An array in pieces, one of them empty.</summary>
    public static ReadOnlySequence<byte> InPieces(byte[] value)
    {
        var first = new Piece(value.AsMemory(0, value.Length / 3));
        var last = first.Append(default).Append(value.AsMemory(value.Length / 3, value.Length / 2)).Append(value.AsMemory(value.Length / 3 + value.Length / 2));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>The members that block.</summary>
    public sealed class Sync : Door
    {
        public override Task<byte[]?> Get(ActorCacheDistributedCache cache, string key) => Task.FromResult(cache.Get(key));

        public override Task Set(ActorCacheDistributedCache cache, string key, byte[] value, DistributedCacheEntryOptions options)
        {
            cache.Set(key, value, options);
            return Task.CompletedTask;
        }

        public override Task Refresh(ActorCacheDistributedCache cache, string key)
        {
            cache.Refresh(key);
            return Task.CompletedTask;
        }

        public override Task Remove(ActorCacheDistributedCache cache, string key)
        {
            cache.Remove(key);
            return Task.CompletedTask;
        }
    }

    /// <summary>The members that do not.</summary>
    public sealed class Async : Door
    {
        public override Task<byte[]?> Get(ActorCacheDistributedCache cache, string key) => cache.GetAsync(key);

        public override Task Set(ActorCacheDistributedCache cache, string key, byte[] value, DistributedCacheEntryOptions options) => cache.SetAsync(key, value, options);
    }

    /// <summary>Buffers, by members that block.</summary>
    public sealed class BufferSync : Door
    {
        public override Task<byte[]?> Get(ActorCacheDistributedCache cache, string key)
        {
            var bytes = new ArrayBufferWriter<byte>();
            return Task.FromResult(cache.TryGet(key, bytes) ? bytes.WrittenSpan.ToArray() : null);
        }

        public override Task Set(ActorCacheDistributedCache cache, string key, byte[] value, DistributedCacheEntryOptions options)
        {
            cache.Set(key, InPieces(value), options);
            return Task.CompletedTask;
        }
    }

    /// <summary>Buffers, by members that do not.</summary>
    public sealed class BufferAsync : Door
    {
        public override Task<byte[]?> Get(ActorCacheDistributedCache cache, string key)
        {
            var bytes = new ArrayBufferWriter<byte>();
            return Ended(cache.TryGetAsync(key, bytes), bytes);
        }

        public override Task Set(ActorCacheDistributedCache cache, string key, byte[] value, DistributedCacheEntryOptions options) =>
            cache.SetAsync(key, InPieces(value), options).AsTask();

        private static async Task<byte[]?> Ended(ValueTask<bool> found, ArrayBufferWriter<byte> bytes) => await found ? bytes.WrittenSpan.ToArray() : null;
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Piece Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
