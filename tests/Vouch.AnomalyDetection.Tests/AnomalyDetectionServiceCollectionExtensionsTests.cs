using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Vouch.AnomalyDetection.Alarms;
using Vouch.AnomalyDetection.ChangePoints;
using Vouch.AnomalyDetection.Diagnostics;
using Vouch.AnomalyDetection.Forecasting;
using Vouch.AnomalyDetection.Outliers;
using Vouch.AnomalyDetection.Seasonality;
using Vouch.AnomalyDetection.Series;
using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Tests;

public class AnomalyDetectionServiceCollectionExtensionsTests
{
    [Fact]
    public void AddVouchAnomalyDetection_Configuration_BindsAndValidates()
    {
        IConfiguration Section(string budget) => new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["FalseAlarmBudget"] = budget }).Build();
        var services = new ServiceCollection();
        services.AddVouchAnomalyDetection(Section("3"));
        using ServiceProvider provider = Build(services);

        provider.GetRequiredService<IOptions<DetectorOptions>>().Value.FalseAlarmBudget.Should().Be(3);

        var bad = new ServiceCollection();
        bad.AddVouchAnomalyDetection(Section("0"));
        using ServiceProvider refusing = Build(bad);
        refusing.Invoking(p => p.GetRequiredService<IOptions<DetectorOptions>>().Value)
            .Should().Throw<OptionsValidationException>().WithMessage("*FalseAlarmBudget*");
    }

    [Fact]
    public void Registry_FromTheContainer_CountsItsWork()
    {
        var services = new ServiceCollection();
        services.AddVouch(vouch => vouch.AddAnomalyDetection().AddAnomalyDetection(options => options.WarmUp = 32));
        using ServiceProvider provider = Build(services);
        var seen = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == AnomalyTelemetry.MeterName && instrument.Meter.Scope == provider.GetRequiredService<IMeterFactory>())
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = seen.GetValueOrDefault(instrument.Name) + value);
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => seen[instrument.Name] = value);
        listener.Start();
        SeriesRegistry registry = provider.GetRequiredService<SeriesRegistry>();
        double[] values = Streams.Normal(300, 1);
        for (int i = 0; i < values.Length; i++)
        {
            registry.Observe("a", Streams.At(i), i == 299 ? 77 : values[i]);
        }

        listener.RecordObservableInstruments();

        registry.Alarms.Should().BeSameAs(provider.GetRequiredService<AlarmFeed>());
        seen["vouch.anomaly.observations"].Should().Be(300);
        seen["vouch.anomaly.alarms"].Should().BeGreaterThanOrEqualTo(1);
        seen["vouch.anomaly.series.count"].Should().Be(1);
    }

    [Fact]
    public void AddVouchAnomalyDetection_RecordedData_HasItsTypesToo()
    {
        var services = new ServiceCollection();
        var own = new SeasonDetector { MaximumSeasons = 1 };
        services.AddSingleton(own);
        services.AddVouchAnomalyDetection().AddVouchAnomalyDetection();
        using ServiceProvider provider = Build(services);

        provider.GetRequiredService<IOutlierDetector>().Should().BeSameAs(provider.GetRequiredService<OutlierEnsemble>());
        provider.GetRequiredService<ChangePointDetector>().Should().NotBeNull();
        provider.GetRequiredService<ThresholdForecaster>().Should().NotBeNull();
        provider.GetRequiredService<SeasonDetector>().Should().BeSameAs(own, "what the application brings comes first");
        services.Count(static service => service.ServiceType == typeof(OutlierEnsemble)).Should().Be(1);
    }

    private static ServiceProvider Build(ServiceCollection services) =>
        services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
}
