using System.Threading.Channels;
using ActorCache.Placement;

namespace ActorCache.Tests;

/// <summary>Every question for servers is the test's to answer.</summary>
internal sealed class FakeDiscovery : IServerDiscovery
{
    private readonly Channel<Question> _questions = Channel.CreateUnbounded<Question>();

    /// <summary>The next question that was asked.</summary>
    public Task<Question> NextAsync() => _questions.Reader.ReadAsync().Soon("a question for servers");

    /// <summary>Whether a question was asked that nobody has looked at.</summary>
    public bool IsAsked => _questions.Reader.TryPeek(out _);

    public Task<Discovered> FindAsync(IReadOnlyList<ServerAddress> seeds, bool anyServes, CancellationToken ct)
    {
        var question = new Question(string.Join(',', seeds), anyServes, ct);
        _questions.Writer.TryWrite(question);
        return question.Answer.Task;
    }

    /// <summary>What servers there are at these seeds.</summary>
    internal sealed record Question(string Seeds, bool AnyServes, CancellationToken Token)
    {
        // Whoever waits has it in hand when the test goes on.
        public TaskCompletionSource<Discovered> Answer { get; } = new();

        public void Find(params string[] servers) => Give(new Discovered([.. servers.Select(ServerAddress.Parse)]));

        /// <summary>It cannot be found out; these are known from before.</summary>
        public void Fail(string trouble, params string[] known) => Give(new Discovered([.. known.Select(ServerAddress.Parse)], trouble));

        // A test's own context would have whoever waits go on elsewhere, some time later.
        private void Give(Discovered found)
        {
            var context = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(null);
            Answer.SetResult(found);
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }
}
