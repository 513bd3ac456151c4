using System.Buffers;
using System.Text;
using ActorCache.Transport;

namespace ActorCache.Simulation.Tests;

/// <summary>One request on its way through the model: its bytes as the product wrote them, and the slot where its operation waits.</summary>
internal sealed class SimRequest
{
    private readonly OperationSlot _slot = new();

    public SimRequest(Operation operation, TimeSpan deadline)
    {
        var written = new ArrayBufferWriter<byte>();
        operation.WriteTo(written, opaque: 7, Dialect.Meta);
        var text = Encoding.UTF8.GetString(written.WrittenSpan);
        var lines = text.Split("\r\n");
        Words = lines[0].Split(' ');
        Value = lines.Length > 1 ? lines[1] : "";
        Key = Encoding.UTF8.GetString(operation.Key);
        Kind = operation.Kind;
        Deadline = deadline;
        _slot.Seat(operation);
    }

    public string[] Words { get; }

    public string Value { get; }

    public string Key { get; }

    public RequestKind Kind { get; }

    /// <summary>When the attempt is over.</summary>
    public TimeSpan Deadline { get; }

    public bool IsWrite => Kind is RequestKind.Store or RequestKind.Delete or RequestKind.FlushAll;

    public bool IsWaiting => _slot.Tenant is not null;

    public Operation? Take() => _slot.Take();

    public override string ToString() => $"{string.Join(' ', Words)} {Value}".TrimEnd();
}
