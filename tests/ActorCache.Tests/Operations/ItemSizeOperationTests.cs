using System.Text;
using ActorCache.Protocol;

namespace ActorCache.Tests;

/// <summary>One line of the settings says how large an item may be; a server that says nothing of the kind is taken to take anything.</summary>
public class ItemSizeOperationTests
{
    [Theory]
    [InlineData(1 << 20, "STAT maxbytes 67108864", "STAT item_size_max 1048576", "STAT maxconns_fast yes", "END")]
    [InlineData(int.MaxValue, "STAT item_size_max 99999999999", "END")]
    [InlineData(null, "STAT item_size_max 0", "END")]
    [InlineData(null, "STAT item_size_max -1", "END")]
    [InlineData(null, "STAT item_size_max many", "END")]
    [InlineData(null, "STAT item_size_maximum 5", "END")]
    [InlineData(null, "END")]
    [InlineData(null, "SERVER_ERROR not now")]
    public async Task A_server_says_how_large_an_item_may_be(int? bytes, params string[] lines)
    {
        var connection = new FakeConnection("a");
        var asking = new ItemSizeOperation(now: 5, patience: 100).AskAsync(connection, default);
        var question = Assert.Single(connection.Accepted);
        Assert.Equal("stats settings\r\n", question.Text);
        var operation = question.Take();
        foreach (var line in lines)
        {
            Assert.True(ReplyReader.TryRead(Encoding.ASCII.GetBytes(line + "\r\n"), out var reply, out _, out _));
            operation.OnReply(in reply);
        }
        operation.Complete();
        Assert.Equal(bytes, await asking.Soon());
    }
}
