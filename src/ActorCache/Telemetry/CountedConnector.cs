using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>Counts how dials go. The dialling is another connector's.</summary>
internal sealed class CountedConnector(IConnector dials, CacheTelemetry telemetry) : IConnector
{
    public async Task<Dialled> ConnectAsync(ServerAddress server, CancellationToken ct)
    {
        var figures = telemetry.Of(server);
        try
        {
            var dialled = await dials.ConnectAsync(server, ct).ConfigureAwait(false);
            figures.Connected(dialled.Connection);
            return dialled;
        }
        catch (ConnectException e)
        {
            figures.ConnectFailed(e.End.Reason);
            throw;
        }
    }

    public Task<bool> FlushAsync(IServerConnection connection) => dials.FlushAsync(connection);
}
