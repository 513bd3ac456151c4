// Compiled into the test projects that speak the binary protocol by hand.
using System.Buffers.Binary;
using System.Text;

namespace ActorCache;

/// <summary>
/// A frame of the binary protocol, put together without the code under test. Bytes are shown one to a character.
/// </summary>
internal static class BinaryFrame
{
    public const int Set = 0x01, Add = 0x02, Replace = 0x03, Delete = 0x04, Increment = 0x05, Flush = 0x08, NoOp = 0x0a, Version = 0x0b, GetK = 0x0c,
        Append = 0x0e, Stat = 0x10, Touch = 0x1c, SaslList = 0x20, SaslAuth = 0x21, GatK = 0x23;

    public static string Request(int opcode, int opaque, string key = "", string extras = "", string value = "", ulong cas = 0) =>
        Frame(0x80, opcode, 0, opaque, key, extras, value, cas);

    public static string Reply(int opcode, int opaque, int status = 0, string key = "", string extras = "", string value = "", ulong cas = 0) =>
        Frame(0x81, opcode, status, opaque, key, extras, value, cas);

    /// <summary>What answers a get: the flags, the key and the value.</summary>
    public static string Hit(int opaque, string key, string value, ulong cas = 1, uint flags = 0) =>
        Reply(GetK, opaque, key: key, extras: Number(flags, 4), value: value, cas: cas);

    /// <summary>A number of so many bytes, the highest first.</summary>
    public static string Number(ulong number, int bytes)
    {
        Span<byte> all = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(all, number);
        return Encoding.Latin1.GetString(all[^bytes..]);
    }

    private static string Frame(int magic, int opcode, int status, int opaque, string key, string extras, string value, ulong cas) =>
        $"{(char)magic}{(char)opcode}{Number((ulong)key.Length, 2)}{(char)extras.Length}\0{Number((ulong)status, 2)}"
        + $"{Number((ulong)(extras.Length + key.Length + value.Length), 4)}{Number((ulong)opaque, 4)}{Number(cas, 8)}{extras}{key}{value}";
}
