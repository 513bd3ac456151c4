using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using CsCheck;

namespace ActorCache.Placement.Tests;

public sealed class Md5Tests
{
    [Theory] // RFC 1321, appendix A.5
    [InlineData("", "d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("a", "0cc175b9c0f1b6a831c399e269772661")]
    [InlineData("message digest", "f96b697d7cb7938d525a2f31aaf161d0")]
    [InlineData("12345678901234567890123456789012345678901234567890123456789012345678901234567890", "57edf4a22be3c955ac49da2e2107b67a")]
    public void The_examples_of_the_rfc_hold(string text, string digest) =>
        Assert.Equal(digest, Convert.ToHexStringLower(Bytes(Md5.Hash(Encoding.ASCII.GetBytes(text)))));

    [Fact]
    public void Every_length_up_to_300_bytes_agrees_with_the_platform()
    {
        var random = new Random(1321);
        for (var length = 0; length <= 300; length++)
        {
            var input = new byte[length];
            random.NextBytes(input);
            Assert.Equal(Platform(input), Bytes(Md5.Hash(input)));
        }
    }

    [Fact]
    public void Random_input_agrees_with_the_platform() =>
        Gen.Byte.Array[0, 300].Sample(input => Platform(input).AsSpan().SequenceEqual(Bytes(Md5.Hash(input))), iter: 10_000);

    private static byte[] Bytes((uint A, uint B, uint C, uint D) words)
    {
        var digest = new byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(digest, words.A);
        BinaryPrimitives.WriteUInt32LittleEndian(digest.AsSpan(4), words.B);
        BinaryPrimitives.WriteUInt32LittleEndian(digest.AsSpan(8), words.C);
        BinaryPrimitives.WriteUInt32LittleEndian(digest.AsSpan(12), words.D);
        return digest;
    }

    [SuppressMessage("Security", "CA5351", Justification = "Places keys, keeps no secrets.")]
    private static byte[] Platform(byte[] input) => System.Security.Cryptography.MD5.HashData(input);
}
