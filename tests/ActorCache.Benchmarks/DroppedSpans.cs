using System.Diagnostics;
using OpenTelemetry;

namespace ActorCache.Benchmarks;

/// <summary>Takes spans and keeps none, so that what is measured is what making them costs.</summary>
internal sealed class DroppedSpans : BaseExporter<Activity>
{
    public override ExportResult Export(in Batch<Activity> batch) => ExportResult.Success;
}
