using ActorCache.Benchmarks;
using BenchmarkDotNet.Running;

// dotnet run -c Release --project tests/ActorCache.Benchmarks -- --telemetry
// dotnet run -c Release --project tests/ActorCache.Benchmarks -- --filter '*' --job short
if (args is ["--telemetry"]) await TelemetryThroughput.RunAsync();
else BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
