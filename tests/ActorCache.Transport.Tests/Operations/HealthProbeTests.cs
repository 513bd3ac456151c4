using System.Buffers;
using System.Text;

namespace ActorCache.Transport.Tests;

/// <summary>The one question that only a server which executes commands can answer. What becomes of its silence: <see cref="StallWatchdogTests"/>.</summary>
public sealed class HealthProbeTests
{
    [Theory]
    [InlineData(Dialect.Meta, "mn\r\n")]
    [InlineData(Dialect.Classic, "get actorcache-probe\r\n")]
    public void It_asks_what_the_dialect_has(Dialect dialect, string request)
    {
        Assert.Equal(request, Asked(dialect));
    }

    [Fact]
    public void In_binary_its_answer_has_to_be_its_own_too() => Assert.Equal(BinaryFrame.Request(BinaryFrame.NoOp, 7), Asked(Dialect.Binary));

    private static string Asked(Dialect dialect)
    {
        var output = new ArrayBufferWriter<byte>();
        new HealthProbe(0).WriteTo(output, 7, dialect);
        return Encoding.Latin1.GetString(output.WrittenSpan);
    }
}
