namespace ActorCache.Transport.Tests;

/// <summary>End points are values, and show themselves as one would write them.</summary>
public sealed class ServerEndPointTests
{
    [Theory]
    [InlineData("cache1", 11211, "cache1:11211")]
    [InlineData("127.0.0.1", 1, "127.0.0.1:1")]
    [InlineData("::1", 11211, "[::1]:11211")]
    public void Tcp_shows_host_and_port(string host, int port, string shown)
    {
        Assert.Equal(shown, ServerEndPoint.Tcp(host, port).ToString());
        Assert.Equal(ServerEndPoint.Tcp(host, port), ServerEndPoint.Tcp(host, port));
    }

    [Fact]
    public void A_unix_socket_shows_its_path()
    {
        var unix = ServerEndPoint.Unix("/run/memcached.sock");

        Assert.Equal(("unix:/run/memcached.sock", true, 0), (unix.ToString(), unix.IsUnixSocket, unix.Port));
        Assert.NotEqual(unix, ServerEndPoint.Tcp("/run/memcached.sock", 0));
    }
}
