using System.Net;
using System.Net.Sockets;

namespace ActorCache.Transport.Tests;

/// <summary>One question to the resolver at a time, and every answer is a new one.</summary>
public sealed class NameLookupTests
{
    private static readonly IPAddress[] One = [IPAddress.Parse("10.0.0.1")];
    private static readonly IPAddress[] Other = [IPAddress.Parse("10.0.0.2")];

    [Fact]
    public async Task A_question_that_was_given_up_is_left_to_whoever_asks_next()
    {
        var asked = 0;
        var answer = new TaskCompletionSource<IPAddress[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var lookup = new NameLookup("cache-1.example", (_, ct) =>
        {
            asked++;
            Assert.False(ct.CanBeCanceled);
            return answer.Task;
        });
        for (var i = 0; i < 100; i++)
        {
            using var giveUp = new CancellationTokenSource();
            var given = lookup.AskAsync(giveUp.Token);
            await giveUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given.Soon());
        }
        var asking = lookup.AskAsync(CancellationToken.None);
        answer.SetResult(One);
        Assert.Equal(One, await asking.Soon());
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task An_answer_is_never_remembered()
    {
        var answers = new Queue<IPAddress[]>([One, Other, []]);
        var lookup = new NameLookup("cache-1.example", (_, _) => Task.FromResult(answers.Dequeue()));
        Assert.Equal(One, await lookup.AskAsync(CancellationToken.None));
        Assert.Equal(Other, await lookup.AskAsync(CancellationToken.None));
        Assert.Empty(await lookup.AskAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_failure_is_for_those_who_asked_and_not_for_the_next_one()
    {
        var fails = true;
        var lookup = new NameLookup("cache-1.example", (_, _) => fails ? Task.FromException<IPAddress[]>(new SocketException((int)SocketError.TryAgain)) : Task.FromResult(One));
        await Assert.ThrowsAsync<SocketException>(() => lookup.AskAsync(CancellationToken.None).Soon());
        fails = false;
        Assert.Equal(One, await lookup.AskAsync(CancellationToken.None).Soon());
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("::1")]
    public async Task An_address_is_its_own_answer(string address)
    {
        var lookup = new NameLookup(address, (_, _) => throw new InvalidOperationException("asked"));
        Assert.Equal([IPAddress.Parse(address)], await lookup.AskAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_platform_is_asked_when_nobody_else_is_named() => Assert.Contains(IPAddress.Loopback, await new NameLookup("localhost").AskAsync(CancellationToken.None).Soon());
}
