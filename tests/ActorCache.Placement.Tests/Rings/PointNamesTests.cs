using System.Text;

namespace ActorCache.Placement.Tests;

public sealed class PointNamesTests
{
    [Theory]
    [InlineData("cache", "cache-7", "cache:11211-7", "/cache:11211-7", "cache:11211:7", "7-cache:11211")]
    [InlineData("cache:11212*3", "cache:11212-7", "cache:11212-7", "/cache:11212-7", "cache:11212:7", "7-cache:11212")]
    [InlineData("[::1]", "::1-7", "::1:11211-7", "/::1:11211-7", "::1:11211:7", "7-[::1]:11211")]
    [InlineData("node01@cache", "node01-7", "node01-7", "/node01-7", "node01:7", "7-node01")]
    [InlineData("unix:/run/m.sock", "/run/m.sock:0-7", "/run/m.sock:0-7", "//run/m.sock:0-7", "/run/m.sock:0:7", "7-unix:/run/m.sock")]
    public void A_point_is_named_as_the_client_names_it(string text, params string[] names)
    {
        var server = ServerAddress.Parse(text);
        byte[][] points =
        [
            PointNames.Libmemcached(server, 7), PointNames.Spymemcached(server, 7), PointNames.KetamaSpy(server, 7), PointNames.Dalli(server, 7), PointNames.Enyim(server, 7),
        ];

        Assert.Equal(names, points.Select(Encoding.UTF8.GetString));
    }
}
