using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Vouch.Observability.Sampling;
using Vouch.Testing;

namespace Vouch.Observability.Tests.Sampling;

public sealed class TraceCollectionTests
{
    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(SamplerKind.None, 0)]
    [InlineData(SamplerKind.All, 20)]
    [InlineData(SamplerKind.ErrorBased, 10)]
    [InlineData(SamplerKind.Adaptive, 8)]
    public async Task AddVouchTracing_HostStarted_ReceiversGetWhatTheSamplerKeeps(SamplerKind kind, int expected)
    {
        using var source = new ActivitySource($"Tracing.{kind}");
        await using ServiceProvider provider = Provider(options => Set(options, kind, source.Name));
        IHostedService host = provider.GetServices<IHostedService>().OfType<TraceCollectionHost>().Single();

        await host.StartAsync(CancellationToken.None);
        for (int i = 0; i < 20; i++)
        {
            using Activity? activity = source.StartActivity("render");
            activity?.SetStatus(i % 2 == 0 ? ActivityStatusCode.Error : ActivityStatusCode.Ok);
        }

        _time.Advance(TimeSpan.FromMinutes(1));
        Received received = provider.GetRequiredService<Received>();

        received.Traces.Should().HaveCount(expected, "what an adaptive sampler keeps is delivered when its window is over, though no further trace ends");
        if (kind == SamplerKind.Adaptive)
        {
            received.Traces.Sum(trace => trace.Weight).Should().BeInRange(8, 60);
        }

        await host.StopAsync(CancellationToken.None);
        source.HasListeners().Should().BeFalse();
    }

    [Fact]
    public async Task AddVouchTracing_ReceiverThrows_TheOthersStillReceive()
    {
        using var source = new ActivitySource("Tracing.Throwing");
        await using ServiceProvider provider = Provider(options => Set(options, SamplerKind.All, source.Name), services => services.AddTraceReceiver<Throwing>());
        using TraceCollector collector = provider.GetRequiredService<TraceCollector>();

        source.StartActivity("render")!.Dispose();

        provider.GetRequiredService<Received>().Traces.Should().ContainSingle();
        collector.EndedTraces.Should().Be(1);
    }

    [Fact]
    public async Task AddVouchTracing_InstrumentsAreRead_TellWhatHappened()
    {
        using var source = new ActivitySource("Tracing.Instruments");
        await using ServiceProvider provider = Provider(options => Set(options, SamplerKind.All, source.Name));
        IMeterFactory factory = provider.GetRequiredService<IMeterFactory>();
        var seen = new Dictionary<string, double>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Meter.Scope == factory) { self.EnableMeasurementEvents(instrument); } } };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = seen.GetValueOrDefault(instrument.Name) + value);
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();
        _ = provider.GetRequiredService<TraceCollector>();

        source.StartActivity("render")!.Dispose();
        using Activity open = source.StartActivity("render")!;
        listener.RecordObservableInstruments();

        seen.Should().Contain("vouch.sampling.kept_traces", 1).And.Contain("vouch.sampling.ended_traces", 1).And.Contain("vouch.sampling.open_traces.count", 1);
    }

    [Fact]
    public void AddVouchTracing_Configuration_IsBoundAndValidated()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Sampler"] = "Random",
            ["Probability"] = "0.25",
            ["Adaptive:Budget"] = "3",
        }).Build();
        using ServiceProvider provider = new ServiceCollection().AddVouchTracing(configuration).BuildServiceProvider();

        FluentActions.Invoking(() => provider.GetRequiredService<IOptions<TraceSamplingOptions>>().Value).Should().Throw<OptionsValidationException>().WithMessage("*Budget*8*");
    }

    private static void Set(TraceSamplingOptions options, SamplerKind kind, string source)
    {
        options.Sampler = kind;
        options.Probability = 1e-9;
        options.Adaptive.Budget = 8;
        options.Collector.Sources.Add(source);
    }

    private ServiceProvider Provider(Action<TraceSamplingOptions> configure, Action<IServiceCollection>? more = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(_time);
        more?.Invoke(services);
        services.AddSingleton<Received>().AddSingleton<ITraceReceiver>(provider => provider.GetRequiredService<Received>());
        services.AddVouchTracing(configure).AddVouchTracing();
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    private sealed class Received : ITraceReceiver
    {
        public List<SampledTrace<CollectedTrace>> Traces { get; } = [];

        public void Receive(SampledTrace<CollectedTrace> trace) => Traces.Add(trace);
    }

    private sealed class Throwing : ITraceReceiver
    {
        public void Receive(SampledTrace<CollectedTrace> trace) => throw new InvalidOperationException("This receiver is broken.");
    }
}
