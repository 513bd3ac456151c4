using System.Net;
using System.Net.Sockets;

namespace ActorCache.EndToEnd.Tests;

/// <summary>A line asked of a server behind the cache's back, to see what it really has.</summary>
internal static class TextConnection
{
    /// <summary>Sends one command and returns the first line of its reply.</summary>
    public static async Task<string> AskAsync(string address, string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(address)).Patiently();
        using var reader = new StreamReader(client.GetStream());
        using var writer = new StreamWriter(client.GetStream()) { AutoFlush = true, NewLine = "\r\n" };
        await writer.WriteLineAsync(command).Patiently();
        return await reader.ReadLineAsync().Patiently() ?? throw new EndOfStreamException($"{address} hung up on \"{command}\".");
    }

    /// <summary>The seconds an item has left, -1 for ever; null when it is not there.</summary>
    public static async Task<long?> SecondsLeftAsync(string address, string key)
    {
        var reply = await AskAsync(address, $"mg {key} t");
        return reply.StartsWith("HD t", StringComparison.Ordinal) ? long.Parse(reply[4..], System.Globalization.CultureInfo.InvariantCulture) : null;
    }
}
