namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F14, F15 and F16 in binary: replies in perfect shape that belong to another request, one too many, and headers that lie.</summary>
public sealed class F15_BinaryLies
{
    private static readonly Func<string, int, string>[] Lies =
    [
        (key, opaque) => BinaryPeer.Hit(key, opaque + 1),
        (key, opaque) => BinaryPeer.Hit(key + "x", opaque),
        (key, opaque) => BinaryFrame.Reply(BinaryFrame.GatK, opaque + 1, key: key, extras: "\0\0\0\0", value: $"{key}x|"),
        (key, opaque) => BinaryFrame.Reply(BinaryFrame.GetK, opaque, status: 1, key: key + "x"),
        (_, opaque) => BinaryFrame.Reply(BinaryFrame.Set, opaque, status: 0x82, value: "Out of memory"),
        (key, opaque) => BinaryPeer.Hit(key, opaque) + BinaryPeer.Hit(key, opaque),
        (key, opaque) => $"{BinaryPeer.Hit(key, opaque)[..8]}\u007f\u00ff\u00ff\u00ff{BinaryPeer.Hit(key, opaque)[12..]}", // a body of two gigabytes
        (key, opaque) => $"{BinaryPeer.Hit(key, opaque)[..11]}\u0003{BinaryPeer.Hit(key, opaque)[12..]}",                   // one shorter than its key
    ];

    [Fact]
    public async Task They_close_the_connection_and_no_value_reaches_another_caller()
    {
        var struck = 0;
        using var server = new BinaryPeer((number, key, opaque) =>
            number % 100 == 0 ? Lies[Interlocked.Increment(ref struck) % Lies.Length](key, opaque) : BinaryPeer.Hit(key, opaque));
        await using var cache = await OneCache.StartAsync(server.Address, options =>
        {
            options.Dialect = Dialect.Binary;
            // A server that is only suspect serves again as soon as it is reached: spoiled connections are replaced at once.
            options.ServerMaxRetry = 1_000_000;
            options.RetryDelay = TimeSpan.FromMilliseconds(1);
            options.MaxRetryDelay = TimeSpan.FromMilliseconds(5);
            options.ReadTimeout = TimeSpan.FromSeconds(1);
        });

        var tally = await Tally.OfGetsAsync(cache, callers: 16, each: 500);
        Assert.Empty(tally.Wrong);
        Assert.InRange(struck, 5 * Lies.Length, 100);
        for (var n = 0; n < struck; n++)
        {
            var cause = (await cache.Log.Next<ServerEvent.Suspected>()).Cause;
            Assert.StartsWith("ProtocolViolation", cause, StringComparison.Ordinal);
            Assert.DoesNotContain("caller", cause, StringComparison.Ordinal); // Keys and values stay out of what is logged.
        }
    }
}
