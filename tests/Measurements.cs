using System.Diagnostics.Metrics;

// Compiled into the test projects that listen like this.
namespace ActorCache;

/// <summary>Everything that is measured on the meters of one factory, as whoever collects gets it.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly Lock _gate = new();
    private readonly MeterListener _listener = new();
    private readonly List<Measured> _all = [];

    /// <param name="meters">The factory.</param>
    /// <param name="which">The instruments that are listened to; all by default.</param>
    public Measurements(IMeterFactory meters, Func<Instrument, bool>? which = null)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope != meters || which?.Invoke(instrument) == false) return;
            lock (_gate) Instruments.Add(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    public List<Instrument> Instruments { get; } = [];

    /// <summary>What an instrument has told: an observed one what it tells now, another one all that it ever told.</summary>
    public IReadOnlyList<Measured> Of(string instrument)
    {
        lock (_gate) _all.RemoveAll(measured => measured.Instrument.IsObservable);
        _listener.RecordObservableInstruments();
        lock (_gate) return [.. _all.Where(measured => measured.Instrument.Name == instrument)];
    }

    /// <summary>Of an instrument's newest values, the sum of those with these attributes.</summary>
    public double Sum(string instrument, params (string Name, object Value)[] tags) =>
        Of(instrument).Where(measured => tags.All(tag => Equals(measured.Tags.GetValueOrDefault(tag.Name), tag.Value))).Sum(measured => measured.Value);

    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var measured = new Measured(instrument, value, new Dictionary<string, object?>(tags.ToArray()));
        lock (_gate) _all.Add(measured);
    }

    internal sealed record Measured(Instrument Instrument, double Value, IReadOnlyDictionary<string, object?> Tags);
}
