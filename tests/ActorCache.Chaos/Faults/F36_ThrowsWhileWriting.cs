using System.Buffers;

namespace ActorCache.Chaos.Faults;

/// <summary>One value in a hundred throws while it is copied into its request: its caller is told, and nobody else ever knows.</summary>
internal sealed class F36_ThrowsWhileWriting : Scenario
{
    public override string What => "1 % of values throw while being written";

    public override async Task RunAsync(Trial trial)
    {
        var servers = RealServers.Start(trial, 3);
        var cache = await trial.StartCacheAsync(servers.Addresses);
        var callers = Callers.Start(trial, cache, cache.Keys(300), callers: 32);
        long told = 0, untold = 0;
        for (var i = 0; i < (trial.Full ? 20_000 : 2_000); i++)
        {
            var begun = trial.Ledger.Begin();
            try
            {
                var stored = await cache.Inner.SetRawAsync($"spoilt:{i}", Spoilt());
                trial.Ledger.Ended(begun, cache.Budget, new InvalidDataException($"a value that cannot be read was answered {stored.Outcome}"));
                untold++;
            }
            catch (NotSupportedException)
            {
                trial.Ledger.Refused();
                told++;
            }
            if (untold > 20) break;
        }
        trial.Note = $"{told} told";
        trial.Bar(untold == 0, $"{untold} callers were not told, bar 0");
        trial.Bar(cache.Events.Count<ServerEvent.Suspected>() == 0, $"{cache.Events.Count<ServerEvent.Suspected>()} suspected for it, bar 0");
        await callers.StopAsync();
    }

    // A first half that reads, and a second that throws.
    private static ReadOnlySequence<byte> Spoilt()
    {
        var first = new Half(new byte[50], null);
        var second = new Half(new Throwing().Memory, first);
        return new ReadOnlySequence<byte>(first, 0, second, 50);
    }

    private sealed class Half : ReadOnlySequenceSegment<byte>
    {
        public Half(ReadOnlyMemory<byte> memory, Half? before)
        {
            Memory = memory;
            if (before is null) return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }

    private sealed class Throwing : MemoryManager<byte>
    {
        public override Memory<byte> Memory => CreateMemory(50);

        public override Span<byte> GetSpan() => throw new NotSupportedException("This memory is gone.");

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() { }

        protected override void Dispose(bool disposing) { }
    }
}
