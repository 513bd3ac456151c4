using System.Text;

namespace ActorCache.Protocol.Tests;

/// <summary>A cluster's configuration: read whole, or refused whole.</summary>
public sealed class ClusterReplyReaderTests
{
    private const string Two = "12\ncache.0001.example|10.0.0.1|11211 cache.0002.example|10.0.0.2|11212\n";

    [Theory]
    [InlineData("CONFIG cluster 0 {0}\r\n{1}\r\nEND\r\n")]
    [InlineData("VALUE AmazonElastiCache:cluster 0 {0}\r\n{1}\r\nEND\r\n")]
    public void Version_and_servers_are_read_in_the_endpoints_order(string frame)
    {
        var read = Read(Framed(Two, frame));
        Assert.Equal(12, read!.Version);
        Assert.Equal([new ClusterNode("cache.0001.example", 11211), new ClusterNode("cache.0002.example", 11212)], read.Nodes);
    }

    [Theory]
    [InlineData("1\na||1\n", "a", 1)]
    [InlineData("9223372036854775807\na|10.0.0.1|65535\n", "a", 65535)]
    [InlineData("1\n|10.0.0.1|11211\n", "10.0.0.1", 11211)]
    [InlineData("1\nfd00::1|fd00::1|11211\n", "fd00::1", 11211)]
    [InlineData("1\r\na||1", "a", 1)]
    [InlineData("1\n a||1  \n", "a", 1)]
    public void One_server_is_a_cluster_and_an_address_may_be_missing(string text, string host, int port) =>
        Assert.Equal(new ClusterNode(host, port), Assert.Single(Read(Framed(text))!.Nodes));

    [Theory]
    [InlineData("ERROR\r\n")]
    [InlineData("END\r\n")]
    public void Who_knows_of_no_cluster_says_so(string text) => Assert.Null(Read(text));

    [Fact]
    public void A_thousand_servers_are_read()
    {
        var nodes = Enumerable.Range(0, 1000).Select(n => new ClusterNode($"cache.{n:0000}.example", 11211)).ToList();
        Assert.Equal(nodes, Read(Framed($"7\n{string.Join(' ', nodes.Select(node => $"{node.Host}|10.0.0.1|{node.Port}"))}\n"))!.Nodes);
    }

    [Fact]
    public void Whatever_is_not_whole_is_waited_for_and_never_longer_than_it_takes()
    {
        var whole = Encoding.ASCII.GetBytes(Framed(Two));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.False(ClusterReplyReader.TryRead(whole.AsSpan(0, length), out var configuration, out var needed));
            Assert.Null(configuration);
            Assert.InRange(needed, length + 1, whole.Length);
        }
    }

    [Theory]
    [InlineData("1\na|10.0.0.1\n")]
    [InlineData("1\na|10.0.0.1|11211|1\n")]
    [InlineData("1\na|10.0.0.1|0\n")]
    [InlineData("1\na|10.0.0.1|65536\n")]
    [InlineData("1\na|10.0.0.1|-1\n")]
    [InlineData("1\na|10.0.0.1|\n")]
    [InlineData("1\na|10.0.0.1|11211x\n")]
    [InlineData("1\n||11211\n")]
    [InlineData("1\na\u0001b||11211\n")]
    [InlineData("1\na||11211 a||11211\n")]
    [InlineData("1\na||11211 b\n")]
    [InlineData("1\n\n")]
    [InlineData("1\n")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("-1\na||11211\n")]
    [InlineData("+1\na||11211\n")]
    [InlineData("x\na||11211\n")]
    [InlineData("99999999999999999999\na||11211\n")]
    public void A_list_with_an_entry_that_cannot_be_is_refused_as_a_whole(string text) => Assert.Throws<ProtocolException>(() => Read(Framed(text)));

    [Theory]
    [InlineData("CONFIG cluster 0 1048577\r\n")]
    [InlineData("CONFIG cluster 0 -1\r\n")]
    [InlineData("CONFIG cluster 0 99999999999999999999\r\n")]
    [InlineData("CONFIG cluster 0\r\n")]
    [InlineData("CONFIG cluster \r\n")]
    [InlineData("CONFIG cluster 0 5 5\r\n")]
    [InlineData("CONFIG other 0 5\r\n1\na||1\r\nEND\r\n")]
    [InlineData("VALUE other 0 5\r\n1\na||1\r\nEND\r\n")]
    [InlineData("CONFIG cluster 0 5\r\n1\na||1\r\nEND\r\n")]
    [InlineData("CONFIG cluster 0 6\r\n1\na||1\r\nEND\r\nEND\r\n")]
    [InlineData("ERROR\r\nERROR\r\n")]
    [InlineData("SERVER_ERROR busy\r\n")]
    [InlineData("CLIENT_ERROR unauthenticated\r\n")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("\n")]
    public void Lies_about_lengths_and_other_answers_are_refused(string text) => Assert.Throws<ProtocolException>(() => Read(text));

    [Fact]
    public void Endless_bytes_without_a_line_are_refused() => Assert.Throws<ProtocolException>(() => Read(new string('C', ReplyReader.MaxLine)));

    [Fact]
    public void A_refusal_says_what_the_server_said() =>
        Assert.Contains("CLIENT_ERROR unauthenticated", Assert.Throws<ProtocolException>(() => Read("CLIENT_ERROR unauthenticated\r\n")).Message, StringComparison.Ordinal);

    private static string Framed(string text, string frame = "CONFIG cluster 0 {0}\r\n{1}\r\nEND\r\n") =>
        string.Format(System.Globalization.CultureInfo.InvariantCulture, frame, Encoding.ASCII.GetByteCount(text), text);

    private static ClusterConfiguration? Read(string text)
    {
        Assert.True(ClusterReplyReader.TryRead(Encoding.ASCII.GetBytes(text), out var configuration, out _), "it waits for more");
        return configuration;
    }
}
