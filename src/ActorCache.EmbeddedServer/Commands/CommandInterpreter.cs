using ActorCache.EmbeddedServer.Connections;
using ActorCache.EmbeddedServer.Storage;

namespace ActorCache.EmbeddedServer.Commands;

/// <summary>
/// Reads one connection's input command by command and runs each. It knows which command is which and how long a line may be; what a
/// command does stands in the class of its section of protocol.txt, and reading and sending are left to the connection.
/// </summary>
internal sealed class CommandInterpreter(Incarnation server, ReplyBuffer reply)
{
    // Without a newline in this much there is none to come, as memcached has it: only a get of many keys may be longer.
    private const int LongestLine = 2048;

    // memcached has no limit for a get. Ours is a get of 32,000 keys of full length; more is a client that means harm.
    private const int LongestGet = 8 << 20;

    // Leading spaces memcached forgives in front of a long get.
    private const int LeadingSpaces = 100;

    // The first byte of a request of the binary protocol, which is not offered.
    private const byte BinaryMagic = 0x80;

    private readonly CommandContext _context = new(server, reply);
    private readonly Introduction _introduction = new(server.Options.Users);
    private bool _greeted;
    private int _searched;

    /// <summary>Whether a command has begun its reply and waits to go on.</summary>
    public bool IsPaused => _context.ResumeAt != 0;

    /// <summary>
    /// Tries to run the command at the head of the input. The bytes of the outcome count from the start of the line: with Done, how many
    /// belonged to the command; with NeedInput, how many must be there before it is worth another try.
    /// </summary>
    public Step Next(ReadOnlySpan<byte> input)
    {
        if (!TryLine(input, out var line, out var lineBytes))
        {
            return IsHopeless(input) ? Step.Close : Step.NeedData(input.Length + 1);
        }
        _greeted = true;
        var step = _introduction.IsOver
            ? Run(new CommandLine(line), input[lineBytes..])
            : _introduction.Run(_context, new CommandLine(line), input[lineBytes..]);
        if (step.Kind == StepKind.Done)
        {
            _searched = 0;
        }
        return step with { Bytes = step.Bytes + lineBytes };
    }

    /// <summary>The line at the head of the input, without running it.</summary>
    public bool TryPeek(ReadOnlySpan<byte> input, out CommandLine line)
    {
        var found = TryLine(input, out var text, out _);
        line = found ? new CommandLine(text) : default;
        return found;
    }

    private bool TryLine(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> line, out int lineBytes)
    {
        // What was searched before is not searched again: a line that arrives byte by byte must not cost its square.
        var newline = input[_searched..].IndexOf((byte)'\n');
        if (newline < 0)
        {
            _searched = input.Length;
            line = default;
            lineBytes = 0;
            return false;
        }
        _searched += newline;
        lineBytes = _searched + 1;
        line = input[.._searched];
        if (line.Length > 1 && line[^1] == '\r')
        {
            line = line[..^1];
        }
        return true;
    }

    private bool IsHopeless(ReadOnlySpan<byte> input)
    {
        if (!_greeted && input.Length > 0 && input[0] == BinaryMagic)
        {
            return true;
        }
        if (input.Length <= LongestLine)
        {
            return false;
        }
        var text = input.TrimStart((byte)' ');
        var isGet = text.StartsWith("get "u8) || text.StartsWith("gets "u8);
        return !isGet || input.Length - text.Length > LeadingSpaces || input.Length > LongestGet;
    }

    private Step Run(in CommandLine line, ReadOnlySpan<byte> data)
    {
        if (line.Count == 0 || line[0].Length < 2)
        {
            return _context.Answer("ERROR"u8);
        }
        var name = line[0];
        if (name.Length == 2 && name[0] == 'm' && server.Options.MetaCommands)
        {
            return Meta(name[1], line, data);
        }
        return name[0] switch
        {
            (byte)'g' => Retrieval(name, line),
            (byte)'s' or (byte)'a' or (byte)'r' or (byte)'p' or (byte)'c' => Storage(name, line, data),
            _ => Other(name, line),
        };
    }

    private Step Meta(byte command, in CommandLine line, ReadOnlySpan<byte> data) => command switch
    {
        (byte)'g' => MetaGet.Run(_context, line),
        (byte)'s' => MetaSet.Run(_context, line, data),
        (byte)'d' => MetaDelete.Run(_context, line),
        (byte)'a' => MetaArithmetic.Run(_context, line),
        (byte)'n' => _context.Answer("MN"u8),
        (byte)'e' => MetaDebug.Run(_context, line),
        _ => _context.Answer("ERROR"u8),
    };

    private Step Retrieval(ReadOnlySpan<byte> name, in CommandLine line) => name switch
    {
        _ when name.SequenceEqual("get"u8) => RetrievalCommands.Get(_context, line, withCas: false),
        _ when name.SequenceEqual("gets"u8) => RetrievalCommands.Get(_context, line, withCas: true),
        _ when name.SequenceEqual("gat"u8) => RetrievalCommands.GetAndTouch(_context, line, withCas: false),
        _ when name.SequenceEqual("gats"u8) => RetrievalCommands.GetAndTouch(_context, line, withCas: true),
        _ => _context.Answer("ERROR"u8),
    };

    private Step Storage(ReadOnlySpan<byte> name, in CommandLine line, ReadOnlySpan<byte> data) => name switch
    {
        _ when name.SequenceEqual("set"u8) => StorageCommands.Store(_context, line, data, StoreMode.Set),
        _ when name.SequenceEqual("add"u8) => StorageCommands.Store(_context, line, data, StoreMode.Add),
        _ when name.SequenceEqual("replace"u8) => StorageCommands.Store(_context, line, data, StoreMode.Replace),
        _ when name.SequenceEqual("append"u8) => StorageCommands.Store(_context, line, data, StoreMode.Append),
        _ when name.SequenceEqual("prepend"u8) => StorageCommands.Store(_context, line, data, StoreMode.Prepend),
        _ when name.SequenceEqual("cas"u8) => StorageCommands.Store(_context, line, data, StoreMode.Cas),
        _ => Other(name, line),
    };

    private Step Other(ReadOnlySpan<byte> name, in CommandLine line) => name switch
    {
        _ when name.SequenceEqual("delete"u8) => KeyCommands.Delete(_context, line),
        _ when name.SequenceEqual("incr"u8) => KeyCommands.AddDelta(_context, line, increment: true),
        _ when name.SequenceEqual("decr"u8) => KeyCommands.AddDelta(_context, line, increment: false),
        _ when name.SequenceEqual("touch"u8) => KeyCommands.Touch(_context, line),
        _ when name.SequenceEqual("flush_all"u8) => ServerCommands.FlushAll(_context, line),
        _ when name.SequenceEqual("version"u8) => _context.Answer("VERSION 1.6.18"u8),
        _ when name.SequenceEqual("stats"u8) => StatsCommand.Run(_context, line),
        _ when name.SequenceEqual("verbosity"u8) => ServerCommands.Verbosity(_context, line),
        _ when name.SequenceEqual("cache_memlimit"u8) => ServerCommands.MemoryLimit(_context, line),
        _ when name.SequenceEqual("config"u8) => ServerCommands.Config(_context, line),
        _ when name.SequenceEqual("shutdown"u8) => _context.Answer("ERROR: shutdown not enabled"u8),
        _ when name.SequenceEqual("quit"u8) => Step.Close,
        // "get" under a name of old.
        _ when name.SequenceEqual("bget"u8) => RetrievalCommands.Get(_context, line, withCas: false),
        // A browser, or a request forged through one, must not get to run the lines that follow.
        _ when line.Last.StartsWith("HTTP/"u8) => Step.Close,
        _ => _context.Answer("ERROR"u8),
    };
}
