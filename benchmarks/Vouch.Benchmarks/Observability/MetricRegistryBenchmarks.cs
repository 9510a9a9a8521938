using System.Diagnostics.Metrics;
using BenchmarkDotNet.Attributes;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Vouch.Observability.Metrics;
using Counter = Vouch.Observability.Metrics.Counter;
using Histogram = Vouch.Observability.Metrics.Histogram;

namespace Vouch.Benchmarks.Observability;

/// <summary>Recording by handle and by name with three tags, beside the OpenTelemetry SDK doing the same.</summary>
[MemoryDiagnoser]
public class MetricRegistryBenchmarks
{
    private const int Inner = 1024;
    private readonly MetricRegistry _registry = new();
    private readonly Meter _meter = new("Vouch.Benchmarks.Registry");
    private readonly string[] _pools = ["spot", "reserved", "volunteer", "burst"];
    private readonly double[] _values = new double[Inner];
    private MeterProvider _provider = null!;
    private Counter _counter = null!;
    private Gauge _gauge = null!;
    private Histogram _histogram = null!;
    private System.Diagnostics.Metrics.Counter<long> _otelCounter = null!;
    private System.Diagnostics.Metrics.Histogram<double> _otelHistogram = null!;

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (int i = 0; i < Inner; i++)
        {
            _values[i] = Math.Exp(3 * random.NextDouble());
        }

        _counter = _registry.Counter("jobs");
        _gauge = _registry.Gauge("queue");
        _histogram = _registry.Histogram("duration", "s");
        _provider = Sdk.CreateMeterProviderBuilder().AddMeter(_meter.Name).AddReader(new BaseExportingMetricReader(new Nowhere())).Build();
        _otelCounter = _meter.CreateCounter<long>("jobs");
        _otelHistogram = _meter.CreateHistogram<double>("duration");
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _provider.Dispose();
        _meter.Dispose();
        _registry.Dispose();
    }

    [Benchmark(OperationsPerInvoke = Inner)]
    public void CounterByHandle()
    {
        for (int i = 0; i < Inner; i++)
        {
            _counter.Add(1);
        }
    }

    [Benchmark(OperationsPerInvoke = Inner)]
    public void GaugeByHandle()
    {
        for (int i = 0; i < Inner; i++)
        {
            _gauge.Set(i);
        }
    }

    [Benchmark(OperationsPerInvoke = Inner)]
    public void HistogramByHandle()
    {
        foreach (double value in _values)
        {
            _histogram.Record(value);
        }
    }

    [Benchmark(OperationsPerInvoke = Inner)]
    public void CounterByNameAndThreeTags()
    {
        for (int i = 0; i < Inner; i++)
        {
            _registry.Add("jobs", 1, new("pool", _pools[i & 3]), new("outcome", "accepted"), new("region", "eu-north-1"));
        }
    }

    [Benchmark(OperationsPerInvoke = Inner)]
    public void HistogramByNameAndThreeTags()
    {
        for (int i = 0; i < Inner; i++)
        {
            _registry.Record("duration", _values[i], new("pool", _pools[i & 3]), new("outcome", "accepted"), new("region", "eu-north-1"));
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Inner)]
    public void OpenTelemetryCounterAndThreeTags()
    {
        for (int i = 0; i < Inner; i++)
        {
            _otelCounter.Add(1, new("pool", _pools[i & 3]), new("outcome", "accepted"), new("region", "eu-north-1"));
        }
    }

    [Benchmark(OperationsPerInvoke = Inner)]
    public void OpenTelemetryHistogramAndThreeTags()
    {
        for (int i = 0; i < Inner; i++)
        {
            _otelHistogram.Record(_values[i], new("pool", _pools[i & 3]), new("outcome", "accepted"), new("region", "eu-north-1"));
        }
    }

    private sealed class Nowhere : BaseExporter<Metric>
    {
        public override ExportResult Export(in Batch<Metric> batch) => ExportResult.Success;
    }
}
