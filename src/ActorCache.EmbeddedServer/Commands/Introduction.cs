using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ActorCache.EmbeddedServer.Commands;

/// <summary>
/// Who is there (protocol.txt, "Authentication"): as long as one connection has not said a user and its password, as the data of a <c>set</c>, there is
/// nothing else for it. How long an answer takes says nothing about what was wrong (CVE-2026-47783).
/// </summary>
internal sealed class Introduction(IReadOnlyDictionary<string, string> users)
{
    // memcached waits for whatever length was said; nobody's name is that long.
    private const uint LongestToken = 2048;

    /// <summary>There is nobody to be known, or it is known who is there.</summary>
    public bool IsOver { get; private set; } = users.Count == 0;

    public Step Run(CommandContext context, in CommandLine line, ReadOnlySpan<byte> data)
    {
        if (line.Count < 5 || !line[0].SequenceEqual("set"u8) || !Utf8Parser.TryParse(line[4], out uint length, out var digits) || digits < line[4].Length)
        {
            return context.Answer("CLIENT_ERROR unauthenticated"u8);
        }
        if (length > LongestToken)
        {
            return Step.Close;
        }
        var size = (int)length + 2;
        if (data.Length < size)
        {
            return Step.NeedData(size);
        }
        context.Answer(Judge(data[..size]));
        return Step.DoneWith(size);
    }

    private ReadOnlySpan<byte> Judge(ReadOnlySpan<byte> token)
    {
        if (!token.EndsWith("\r\n"u8))
        {
            return "CLIENT_ERROR bad command line termination"u8;
        }
        var words = new CommandLine(token[..^2]);
        if (words.Count < 2)
        {
            return "CLIENT_ERROR bad authentication token format"u8;
        }
        IsOver = IsKnown(words[0], words[1]);
        return IsOver ? "STORED"u8 : "CLIENT_ERROR authentication failure"u8;
    }

    // Digests are all of one length, and every user is looked at.
    private bool IsKnown(ReadOnlySpan<byte> user, ReadOnlySpan<byte> password)
    {
        var (saidUser, saidPassword) = (SHA256.HashData(user), SHA256.HashData(password));
        var isKnown = false;
        foreach (var (name, secret) in users)
        {
            isKnown |= CryptographicOperations.FixedTimeEquals(saidUser, Digest(name)) & CryptographicOperations.FixedTimeEquals(saidPassword, Digest(secret));
        }
        return isKnown;
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
