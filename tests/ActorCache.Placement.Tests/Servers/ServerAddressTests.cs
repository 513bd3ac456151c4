using CsCheck;

namespace ActorCache.Placement.Tests;

public sealed class ServerAddressTests
{
    private static readonly Gen<string> Written = Gen.String[Gen.Char["ab1:[]*@/. \t"], 0, 12];

    [Theory]
    [InlineData("cache-1", "cache-1:11211", "cache-1", 11211, 1)]
    [InlineData("cache-1:11212", "cache-1:11212", "cache-1", 11212, 1)]
    [InlineData("cache-1*3", "cache-1:11211", "cache-1", 11211, 3)]
    [InlineData("cache-1:1*65535", "cache-1:1", "cache-1", 1, 65535)]
    [InlineData("cache-1:65535*1", "cache-1:65535", "cache-1", 65535, 1)]
    [InlineData("Cache-1.Example.Internal", "Cache-1.Example.Internal:11211", "Cache-1.Example.Internal", 11211, 1)]
    [InlineData("10.0.0.1", "10.0.0.1:11211", "10.0.0.1", 11211, 1)]
    [InlineData("  cache-1:11211\t", "cache-1:11211", "cache-1", 11211, 1)]
    [InlineData("[::1]:11212", "[::1]:11212", "::1", 11212, 1)]
    [InlineData("[::1]", "[::1]:11211", "::1", 11211, 1)]
    [InlineData("::1", "[::1]:11211", "::1", 11211, 1)]
    [InlineData("::1*2", "[::1]:11211", "::1", 11211, 2)]
    [InlineData("[2001:db8::7]:11212*4", "[2001:db8::7]:11212", "2001:db8::7", 11212, 4)]
    [InlineData("unix:/run/memcached.sock", "unix:/run/memcached.sock", "/run/memcached.sock", 0, 1)]
    [InlineData("UNIX:/run/memcached.sock*2", "unix:/run/memcached.sock", "/run/memcached.sock", 0, 2)]
    public void A_configured_server_is_read(string text, string name, string host, int port, int weight)
    {
        var server = ServerAddress.Parse(text);

        Assert.Equal((name, host, port, weight), (server.Name, server.Host, server.Port, server.Weight));
        Assert.Equal(port == 0, server.IsUnixSocket);
        Assert.Equal(server, ServerAddress.Parse(server.ToString()));
    }

    [Theory]
    [InlineData(null, "is empty; write host:port")]
    [InlineData("", "is empty; write host:port")]
    [InlineData(" \t", "is empty; write host:port")]
    [InlineData("host:0", "no port from 1 to 65535")]
    [InlineData("host:65536", "no port from 1 to 65535")]
    [InlineData("host:-1", "no port from 1 to 65535")]
    [InlineData("host:+1", "no port from 1 to 65535")]
    [InlineData("host:", "no port from 1 to 65535")]
    [InlineData("host:memcached", "no port from 1 to 65535")]
    [InlineData("[::1]:0", "no port from 1 to 65535")]
    [InlineData("host*0", "no weight from 1 to 65535")]
    [InlineData("host*-1", "no weight from 1 to 65535")]
    [InlineData("host*65536", "no weight from 1 to 65535")]
    [InlineData("host*2147483647", "no weight from 1 to 65535")]
    [InlineData("host*99999999999", "no weight from 1 to 65535")]
    [InlineData("host*heavy", "no weight from 1 to 65535")]
    [InlineData("host*1.5", "no weight from 1 to 65535")]
    [InlineData("host*", "no weight from 1 to 65535")]
    [InlineData("unix:/run/memcached.sock*0", "no weight from 1 to 65535")]
    [InlineData("my host:11211", "space or control character")]
    [InlineData("host: 11211", "space or control character")]
    [InlineData("ho\r\nst", "space or control character")]
    [InlineData("ho\0st", "space or control character")]
    [InlineData("[::1", "no closing bracket")]
    [InlineData("[::1:11211", "no closing bracket")]
    [InlineData("[host]:11211", "no IPv6 address in its brackets")]
    [InlineData("[10.0.0.1]:11211", "no IPv6 address in its brackets")]
    [InlineData("[]:11211", "no IPv6 address in its brackets")]
    [InlineData("[::1]11211", "after the bracket")]
    [InlineData("::1]:11211", "not one host and port")]
    [InlineData("::1:11211", "more than one \":\"")]
    [InlineData("host:11211:1", "more than one \":\"")]
    [InlineData(":11211", "has no host")]
    [InlineData("*3", "has no host")]
    [InlineData("memcached://host:11211", "without a scheme or path")]
    [InlineData("/run/memcached.sock", "without a scheme or path")]
    [InlineData("a:11211,b:11211", "each server its own entry")]
    [InlineData("a:11211;b:11211", "each server its own entry")]
    [InlineData("unix:", "no absolute path")]
    [InlineData("unix:/", "no absolute path")]
    [InlineData("unix:memcached.sock", "no absolute path")]
    [InlineData("unix:11211", "no absolute path")]
    [InlineData("unix:/a*b*1", "has a \"*\" in its path")]
    [InlineData("a*2*1", "not one host and port")]
    [InlineData("@host", "no alias before the \"@\"")]
    [InlineData("a/b@host", "no alias before the \"@\"")]
    [InlineData("a@b@host", "not one host and port")]
    [InlineData("a@", "has no host")]
    public void What_is_no_server_is_refused_in_one_sentence_that_quotes_it_and_says_the_fix(string? text, string complaint)
    {
        Assert.False(ServerAddress.TryParse(text, out var server, out var error));

        Assert.Null(server);
        var quoted = text?.Trim().Replace('\r', '\uFFFD').Replace('\n', '\uFFFD').Replace('\0', '\uFFFD'); // one line in any log
        Assert.StartsWith($"Server \"{quoted}\" ", error, StringComparison.Ordinal);
        Assert.Contains(complaint, error, StringComparison.Ordinal);
        Assert.Contains("; ", error, StringComparison.Ordinal);
        Assert.EndsWith(".", error, StringComparison.Ordinal);
        Assert.Equal(error, Assert.Throws<FormatException>(() => ServerAddress.Parse(text ?? "")).Message);
    }

    [Fact]
    public void Any_text_is_read_or_refused_with_a_reason_and_what_is_read_reads_back() =>
        Gen.OneOf(Gen.String, Written, Written.Select(text => "unix:/" + text)).Sample(
            text =>
            {
                if (ServerAddress.TryParse(text, out var server, out var error))
                {
                    Assert.Null(error);
                    Assert.Equal(server, ServerAddress.Parse(server.ToString()));
                    Assert.InRange(server.Weight, 1, 65535);
                }
                else
                {
                    Assert.NotEmpty(error);
                }
            },
            iter: 20_000);

    [Fact]
    public void Servers_are_equal_by_name_and_weight_and_case_tells_them_apart()
    {
        Assert.Equal(ServerAddress.Parse("a"), ServerAddress.Parse("a:11211*1"));
        Assert.Equal(ServerAddress.Parse("a").GetHashCode(), ServerAddress.Parse("a:11211*1").GetHashCode());
        Assert.NotEqual(ServerAddress.Parse("a"), ServerAddress.Parse("a*2"));
        Assert.NotEqual(ServerAddress.Parse("a"), ServerAddress.Parse("A"));
        Assert.NotEqual(ServerAddress.Parse("a"), ServerAddress.Parse("a:11212"));
    }

    [Theory]
    [InlineData("node01@cache-1:11212*5", "node01", "cache-1:11212", 5)]
    [InlineData("10.0.0.1:11211@10.9.9.9", "10.0.0.1:11211", "10.9.9.9:11211", 1)]
    [InlineData("node01@[::1]", "node01", "[::1]:11211", 1)]
    [InlineData("node01@unix:/run/a@b.sock*2", "node01", "unix:/run/a@b.sock", 2)]
    [InlineData("unix:/run/a@b.sock", null, "unix:/run/a@b.sock", 1)]
    public void An_alias_stands_before_an_at(string text, string? alias, string name, int weight)
    {
        var server = ServerAddress.Parse(text);

        Assert.Equal((alias, name, weight), (server.Alias, server.Name, server.Weight));
        Assert.Equal(server, ServerAddress.Parse(server.ToString()));
        Assert.Equal(alias, server.WithWeight(9).Alias);
    }

    [Fact]
    public void Servers_with_other_aliases_are_not_equal()
    {
        Assert.NotEqual(ServerAddress.Parse("x@a"), ServerAddress.Parse("a"));
        Assert.NotEqual(ServerAddress.Parse("x@a"), ServerAddress.Parse("y@a"));
    }

    [Fact]
    public void A_server_can_be_given_another_weight()
    {
        var server = ServerAddress.Parse("[::1]:11212");

        Assert.Equal("[::1]:11212*7", server.WithWeight(7).ToString());
        Assert.Same(server, server.WithWeight(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => server.WithWeight(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => server.WithWeight(65536));
    }
}
