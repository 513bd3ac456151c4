using CsCheck;

namespace ActorCache.EmbeddedServer.Tests.Differential;

/// <summary>Random scripts over a handful of keys: mostly sensible commands, with the odd mistake.</summary>
internal static class RandomScripts
{
    private static readonly Gen<string> _key = Gen.OneOf("a", "b", "n", "n", "foo");

    // Digits often enough that counters meet numbers. None of white space alone: memcached reads past its end when it counts with one.
    private static readonly Gen<string> _value = Gen.OneOf(
        "", "x", "5", "10", "99", "0", "18446744073709551615", "18446744073709551616",
        "007", " 5", "5 ", "-1", "hello", "a\r\nb", "END\r\n", "\0\x01\xff");

    private static readonly Gen<string> _exptime = Gen.OneOf("0", "0", "0", "100", "2592000", "-1", "x", "2592001", "2147483647");
    private static readonly Gen<string> _clientFlags = Gen.OneOf("0", "0", "1", "4294967295", "x");
    private static readonly Gen<string> _noreply = Gen.OneOf("", "", "", " noreply");
    private static readonly Gen<string> _number = Gen.OneOf("0", "1", "1", "7", "10", "1000", "18446744073709551615", "-1", "x");
    private static readonly Gen<string> _cas = Gen.OneOf("0", "{cas+1}", "{cas+2}", "{cas+3}", "{cas+5}", "{cas+7}", "99999999");

    private static readonly Gen<string> _retrieval =
        from verb in Gen.OneOf("get", "gets", "get", "gat 100", "gats 0", "gat -1")
        from keys in _key.Array[1, 4]
        select $"{verb} {string.Join(' ', keys)}";

    private static readonly Gen<string> _storage =
        from verb in Gen.OneOf("set", "set", "add", "replace", "append", "prepend")
        from key in _key
        from flags in _clientFlags
        from exptime in _exptime
        from value in _value
        from noreply in _noreply
        select $"{verb} {key} {flags} {exptime} {value.Length}{noreply}\r\n{value}";

    private static readonly Gen<string> _compareAndSwap =
        from key in _key
        from value in _value
        from cas in _cas
        from noreply in _noreply
        select $"cas {key} 0 0 {value.Length} {cas}{noreply}\r\n{value}";

    private static readonly Gen<string> _oneKey =
        from verb in Gen.OneOf("incr", "decr", "touch", "incr")
        from key in _key
        from number in _number
        from noreply in _noreply
        select $"{verb} {key} {number}{noreply}";

    private static readonly Gen<string> _delete =
        from key in _key
        from noreply in _noreply
        select $"delete {key}{noreply}";

    private static readonly Gen<string> _metaFlag = Gen.OneOf(
        Gen.OneOf("v", "k", "t", "c", "f", "s", "h", "q", "u", "I", "O1", "Oabc", "P1", "L1"),
        Gen.OneOf("N0", "N100", "T100", "T0", "R50", "R200", "J5", "D3", "MS", "ME", "MA", "MP", "MR", "MI", "MD", "M+", "M-"),
        _cas.Select(cas => "C" + cas),
        Gen.OneOf("F1", "F0", "Tx", "E1", "vv"));

    private static readonly Gen<string> _metaFlags =
        from flags in _metaFlag.Array[0, 5]
        select string.Concat(flags.Select(flag => " " + flag));

    private static readonly Gen<string> _metaKey = Gen.Frequency((6, _key), (1, Gen.Const("Zm9v b")));

    private static readonly Gen<string> _meta =
        from verb in Gen.OneOf("mg", "mg", "md", "ma")
        from key in _metaKey
        from flags in _metaFlags
        select $"{verb} {key}{flags}";

    private static readonly Gen<string> _metaSet =
        from key in _metaKey
        from value in _value
        from flags in _metaFlags
        select $"ms {key.Split(' ')[0]} {value.Length}{(key.EndsWith(" b", StringComparison.Ordinal) ? " b" : "")}{flags}\r\n{value}";

    private static readonly Gen<string> _other = Gen.OneOf(
        _key.Select(key => "me " + key),
        Gen.OneOf("flush_all", "flush_all noreply", "version", "verbosity 0", "foo", "", "get", "set a 0 0 1\r\nxyz", "ms a 1\r\nxyz"));

    /// <summary>Scripts of up to 25 commands.</summary>
    public static Gen<string[]> Scripts { get; } = Gen.Frequency(
        (5, _storage), (4, _retrieval), (3, _oneKey), (2, _delete), (2, _compareAndSwap), (6, _meta), (4, _metaSet), (1, _other))
        .Array[1, 25];
}
