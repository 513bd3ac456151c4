using System.Buffers.Text;
using ActorCache.EmbeddedServer.Storage;

namespace ActorCache.EmbeddedServer.Commands;

/// <summary>protocol.txt, "Meta Arithmetic": <c>ma &lt;key&gt; &lt;flags&gt;*</c></summary>
internal static class MetaArithmetic
{
    private const int CounterDigits = 20;

    public static Step Run(CommandContext context, in CommandLine line)
    {
        if (line.Count < 2)
        {
            return context.Answer("ERROR"u8);
        }
        if (line[1].Length > CommandContext.MaxKey)
        {
            return context.Answer("CLIENT_ERROR bad command line format"u8);
        }
        if (MetaFlags.TooMany(line))
        {
            return context.Answer("CLIENT_ERROR options flags too long"u8);
        }
        var flags = new MetaFlags();
        if (!flags.TryRead(line, 2, context, out _))
        {
            return context.Answer("CLIENT_ERROR invalid or duplicate flag"u8);
        }
        bool increment;
        switch (flags.Mode)
        {
            case 0 or (byte)'I' or (byte)'+':
                increment = true;
                break;
            case (byte)'D' or (byte)'-':
                increment = false;
                break;
            default:
                return context.Answer("CLIENT_ERROR invalid mode for ma M token"u8);
        }

        var reply = context.Reply;
        var start = reply.Length;
        bool written;
        var quiet = false;
        lock (context.Store.Gate)
        {
            var outcome = context.Store.AddDelta(flags.Key, increment, flags.Delta, flags.Cas, out var item, out var result);
            switch (outcome)
            {
                case DeltaOutcome.Changed:
                    written = Changed(context, line, flags, item!, result, created: false);
                    quiet = flags.Quiet;
                    break;
                case DeltaOutcome.NotFound when flags.Vivify:
                    item = context.Store.Link(flags.Key, Digits(flags.Initial), clientFlags: 0, expiresAt: 0);
                    written = Changed(context, line, flags, item, flags.Initial, created: true);
                    break;
                case DeltaOutcome.NonNumeric:
                    return context.Answer("CLIENT_ERROR cannot increment or decrement non-numeric value"u8);
                default:
                    if (outcome == DeltaOutcome.NotFound)
                    {
                        KeyCommands.CountMiss(context, increment);
                    }
                    reply.Write(outcome == DeltaOutcome.NotFound ? "NF"u8 : "EX"u8);
                    written = MetaReply.Echo(reply, line, 2, flags);
                    reply.Line();
                    break;
            }
        }
        if (!written)
        {
            reply.CutTo(start);
            return context.Answer("CLIENT_ERROR opaque token too long"u8);
        }
        if (quiet)
        {
            reply.CutTo(start);
        }
        return Step.Done;
    }

    // VA <size> <flags>*\r\n<number>\r\n, or HD <flags>*\r\n without the v flag. False if a token cannot be echoed.
    private static bool Changed(CommandContext context, in CommandLine line, in MetaFlags flags, Item item, ulong result, bool created)
    {
        var reply = context.Reply;
        if (flags.Value)
        {
            reply.Write("VA "u8);
            reply.Number(Width(result));
        }
        else
        {
            reply.Write("HD"u8);
        }
        for (var word = 2; word < line.Count; word++)
        {
            switch (line[word][0])
            {
                case (byte)'c':
                    reply.Number(" c"u8, item.Cas);
                    break;
                case (byte)'t':
                    MetaReply.TimeToLive(reply, item, context.Clock);
                    break;
                case (byte)'T':
                    item.ExpiresAt = flags.Expiry;
                    break;
                case (byte)'N' when created:
                    item.ExpiresAt = flags.VivifyExpiry;
                    break;
                case (byte)'O' when !MetaReply.Opaque(reply, line[word]):
                    return false;
                case (byte)'k':
                    MetaReply.Key(reply, flags.Key, flags.KeyIsBinary);
                    break;
            }
        }
        reply.Line();
        if (flags.Value)
        {
            reply.Number(result);
            reply.Line();
        }
        return true;
    }

    private static byte[] Digits(ulong number)
    {
        Span<byte> digits = stackalloc byte[CounterDigits];
        Utf8Formatter.TryFormat(number, digits, out var width);
        return digits[..width].ToArray();
    }

    private static ulong Width(ulong number)
    {
        Span<byte> digits = stackalloc byte[CounterDigits];
        Utf8Formatter.TryFormat(number, digits, out var width);
        return (ulong)width;
    }
}
