using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using ActorCache.Protocol;

namespace ActorCache.Transport.Tests;

/// <summary>The one question that only a server which executes commands can answer.</summary>
public sealed class HealthProbeTests
{
    [Fact]
    public void It_asks_mn()
    {
        var output = new ArrayBufferWriter<byte>();
        new HealthProbe(0).WriteTo(output, 7, Dialect.Meta);
        Assert.Equal("mn\r\n", Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [Fact]
    public async Task Answered_it_completes()
    {
        var probe = new HealthProbe(0);
        Answer(probe, "MN\r\n");
        await probe.Answered.Soon();
    }

    [Fact]
    public async Task Another_answer_is_a_violation()
    {
        var probe = new HealthProbe(0);
        Answer(probe, "SERVER_ERROR out of memory\r\n");
        var violation = await Assert.ThrowsAsync<ProtocolException>(() => probe.Answered.Soon());
        Assert.Contains("out of memory", violation.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_its_attempt_ends_it_is_cancelled()
    {
        var probe = new HealthProbe(0);
        ((Operation)probe).OnAttemptEnded(AttemptEnd.Unanswered);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => probe.Answered.Soon());
    }

    private static void Answer(HealthProbe probe, string reply)
    {
        ReplyReader.TryRead(Encoding.ASCII.GetBytes(reply), out var read, out _, out _);
        probe.OnReply(in read);
    }
}

/// <summary>The probes that an idle connection sends have no waiter.</summary>
[Collection(nameof(Alone))]
public sealed class HealthProbeWithoutWaiterTests
{
    [Fact]
    public void An_answer_that_is_a_violation_is_no_unobserved_exception()
    {
        var unobserved = 0;
        void Count(object? sender, UnobservedTaskExceptionEventArgs e)
        {
            if (e.Exception.InnerException is ProtocolException) unobserved++;
        }

        TaskScheduler.UnobservedTaskException += Count;
        try
        {
            AnswerAndForget();
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= Count;
        }
        Assert.Equal(0, unobserved);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AnswerAndForget()
    {
        ReplyReader.TryRead("SERVER_ERROR out of memory\r\n"u8, out var reply, out _, out _);
        new HealthProbe(0).OnReply(in reply);
    }
}
