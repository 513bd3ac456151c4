using System.Diagnostics.Metrics;

namespace ActorCache.Tests;

/// <summary>A meter factory of one test's own: who listens tells its meters by their scope from those of all other tests in the process.</summary>
internal sealed class TestMeters : IMeterFactory
{
    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        return new Meter(options);
    }

    public void Dispose() { }
}
