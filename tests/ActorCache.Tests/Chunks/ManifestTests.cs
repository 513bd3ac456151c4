using System.Buffers;
using CsCheck;

namespace ActorCache.Tests;

/// <summary>What a key holds whose value lies in parts, written and read.</summary>
public class ManifestTests
{
    [Fact]
    public void A_manifest_comes_back_and_its_parts_make_up_the_value() => Gen.Select(Gen.Int[1, 5000], Gen.Int[512, 2000]).Sample((length, part) =>
    {
        var value = new byte[length];
        new Random(length).NextBytes(value);
        var manifest = Manifest.Of(new ReadOnlySequence<byte>(value), part);
        Assert.True(Manifest.TryRead(manifest.ToBytes(), longest: 5000, out var read));
        Assert.Equal(manifest, read);
        Assert.True(read.IsOf(value));

        var at = 0;
        for (var n = 0; n < read.Count; n++)
        {
            Assert.Equal(at, read.StartOf(n));
            Assert.InRange(read.LengthOf(n), 1, part);
            at += read.LengthOf(n);
        }
        Assert.Equal(length, at);
        value[length / 2]++;
        Assert.False(read.IsOf(value));
    });

    [Fact]
    public void No_two_writes_have_the_same_parts()
    {
        var value = new ReadOnlySequence<byte>(new byte[1000]);
        Assert.NotEqual(Manifest.Of(value, 512).KeyOf(0), Manifest.Of(value, 512).KeyOf(0));
        Assert.Matches("^~/[0-9a-f]{32}/7$", Manifest.Of(value, 512).KeyOf(7));
    }

    [Theory]
    [InlineData(0, 0, 512)]
    [InlineData(1, -1, 512)]
    [InlineData(1, 0, 512)]
    [InlineData(1, 1001, 512)]
    [InlineData(1, int.MaxValue, 512)]
    [InlineData(1, 1000, 511)]
    [InlineData(1, 1000, 1)]
    [InlineData(1, 1000, 0)]
    [InlineData(1, 1000, -1)]
    public void What_lies_is_none(byte version, int length, int part)
    {
        var bytes = new Manifest(length, part, 1, 2).ToBytes();
        bytes[0] = version;
        Assert.False(Manifest.TryRead(bytes, longest: 1000, out _));
    }

    [Fact]
    public void Any_bytes_are_none_or_bounded() => Gen.Byte.Array[0, 60].Sample(bytes =>
        !Manifest.TryRead(bytes, longest: 1 << 20, out var manifest) || (manifest.Length <= 1 << 20 && manifest.Count <= (1 << 20) / Manifest.ShortestPart + 1));
}
