using System.Net;
using ActorCache.TestServers;

namespace ActorCache.EmbeddedServer.Tests.Commands;

/// <summary>A server that asks who is there answers as memcached does with <c>-Y</c>, and lets nobody in who has not said it.</summary>
public sealed class IntroductionTests
{
    private static readonly EmbeddedMemcachedOptions Guarded = new() { Users = new Dictionary<string, string> { ["app"] = "s3cret", ["other"] = "word" } };

    [Fact]
    public async Task Every_conversation_reads_as_memcacheds()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllLinesAsync(file, ["app:s3cret", "other:word"]);
        using var real = MemcachedProcess.Start("-Y", file);
        await using var server = EmbeddedMemcached.Start(Guarded);
        // Step by step: of what comes together before it knows who is there, memcached 1.6.18 answers a part.
        string[][] conversations =
        [
            ["get a", "mn", "version", "stats", "flush_all", "set a 0 0 1\r\nmn", "x"],
            ["set auth 0 0 10\r\napp s3cret", "set k 0 0 1\r\nx", "get none"],
            ["set auth 0 -1 10\r\napp s3cret", "get auth"],
            ["mn", "set auth 0 0 10\r\nother word", "mn"],
            ["set auth 0 0 8\r\napp word", "mn", "set auth 0 0 9\r\napp s3cre", "set auth 0 0 11\r\napp s3crets", "set auth 0 0 10\r\napp s3cret", "mn"],
            ["set auth 0 0 3\r\napp", "set auth 0 0 0\r\n", "mn"],
            ["set auth 0 0 x", "set auth 0 0", "add auth 0 0 10", "app s3cret"],
        ];
        foreach (var conversation in conversations)
            Assert.Equal(await ConverseAsync(new IPEndPoint(IPAddress.Loopback, real.Port), conversation), await ConverseAsync(server.EndPoint, conversation));
        File.Delete(file);
    }

    [Fact]
    public async Task The_data_may_come_byte_by_byte()
    {
        await using var server = EmbeddedMemcached.Start(Guarded);
        using var wire = await Wire.ConnectAsync(server.EndPoint);
        foreach (var letter in "set auth 0 0 10\r\napp s3cret\r\n") await wire.SendAsync($"{letter}");
        Assert.Equal("STORED\r\n", await wire.ReadUntilAsync("\r\n"));
        Assert.Equal("MN\r\n", await wire.AskAsync("mn\r\n"));
        Assert.Equal(0, server.ItemCount);
    }

    [Fact]
    public async Task Auth_HugeToken_9981d748()
    {
        await using var server = EmbeddedMemcached.Start(Guarded);
        foreach (var length in new[] { "2049", "4294967295" })
        {
            using var wire = await Wire.ConnectAsync(server.EndPoint);
            await wire.SendAsync($"set auth 0 0 {length}\r\n");
            Assert.Equal("closed", await wire.EndAsync());
        }
    }

    [Theory]
    [InlineData("", "p")]
    [InlineData("u", "")]
    [InlineData("u v", "p")]
    [InlineData("u", "p\r\n")]
    public void A_user_that_nobody_could_say_is_refused_at_start(string user, string password) =>
        Assert.Throws<ArgumentException>(() => EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { Users = new Dictionary<string, string> { [user] = password } }));

    private static async Task<List<string>> ConverseAsync(IPEndPoint server, string[] steps)
    {
        using var wire = await Wire.ConnectAsync(server);
        List<string> said = [];
        foreach (var step in steps) said.Add($"{step}: {await wire.AskAsync(step + "\r\n")}");
        return said;
    }
}
