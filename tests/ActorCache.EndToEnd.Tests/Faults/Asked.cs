namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>One request as a scripted server got it, and the answer that a server in order would give.</summary>
/// <param name="Connection">The number of the connection it came on, from 1.</param>
/// <param name="Number">The number of the request over all connections, from 1.</param>
/// <param name="Line">Its command line, without the line end.</param>
internal sealed record Asked(int Connection, long Number, string Line)
{
    private readonly string[] _words = Line.Split(' ');

    public string Command => _words[0];

    public string Key => _words.Length > 1 ? _words[1] : "";

    /// <summary>Its opaque as it stands on the line.</summary>
    public string Opaque => Array.Find(_words, word => word.StartsWith('O')) ?? "";

    /// <summary>The value that this key has: it proves whose it is.</summary>
    public string Value => $"{Key}|{Number}";

    /// <summary>Whether it is only asked to find out who is there.</summary>
    public bool IsHandshake => Command == "mn" || Line == "stats" || Key == "actorcache-probe";

    /// <summary>How many bytes follow the line.</summary>
    public int DataLength => Command == "ms" ? int.Parse(_words[2], System.Globalization.CultureInfo.InvariantCulture) : 0;

    /// <summary>The right answer.</summary>
    public string Answer => Command switch
    {
        "mg" when Array.IndexOf(_words, "v") > 0 => Hit(Key, Opaque),
        "mg" => $"HD k{Key} {Opaque}\r\n",
        "ms" or "md" => $"HD {Opaque}\r\n",
        "ma" => $"VA 1 {Opaque}\r\n7\r\n",
        "mn" => "MN\r\n",
        "get" => "END\r\n",
        "stats" when Key == "" => "STAT pid 1\r\nSTAT uptime 100\r\nEND\r\n",
        "flush_all" => "OK\r\n",
        "stats" => "END\r\n",
        "version" => "VERSION 1.6.18\r\n",
        _ => "ERROR\r\n",
    };

    /// <summary>A hit for any key and opaque, with the value that this key has.</summary>
    public string Hit(string key, string opaque) => $"VA {System.Text.Encoding.UTF8.GetByteCount($"{key}|{Number}")} k{key} c1 {opaque}\r\n{key}|{Number}\r\n";
}
