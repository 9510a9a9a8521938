using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Polly;
using Vouch.Core.Models;
using Vouch.Resilience.Defaults;
using Vouch.Resilience.Diagnostics;
using Vouch.Testing;

namespace Vouch.Resilience.Tests.Diagnostics;

public class PipelineMetricsTests
{
    private static readonly ServiceProviderOptions Strict = new() { ValidateOnBuild = true, ValidateScopes = true };

    [Fact]
    public async Task AddVouchResilience_Name_RegistersItsPipelineUnderThatKey()
    {
        await using ServiceProvider provider = new ServiceCollection()
            .AddVouchResilience("inventory", static options => options.Destinations = ["a", "b"])
            .AddVouchResilience("prices")
            .AddVouchResilience("inventory", static options => options.MaxRetries = 1)
            .BuildServiceProvider(Strict);

        var inventory = provider.GetRequiredKeyedService<VouchPipeline>("inventory");
        var prices = provider.GetRequiredKeyedService<VouchPipeline>("prices");

        inventory.Should().NotBeSameAs(prices);
        inventory.Name.Should().Be("inventory");
        inventory.Describe().Should().Contain("least busy of 2");
        provider.GetRequiredKeyedService<ResiliencePipeline>("inventory").Should().BeSameAs(inventory.Pipeline);
        (await inventory.Pipeline.ExecuteAsync(static _ => new ValueTask<int>(7))).Should().Be(7);
        provider.GetService<ResiliencePipeline>().Should().BeNull("a pipeline belongs to a name");
    }

    [Fact]
    public void AddVouchResilience_ConfigurationOfAName_IsFollowedAndAnInvalidChangeIsNot()
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection([new("AttemptTimeout", "00:00:02"), new("MaxRetries", "3")]).Build();
        using ServiceProvider provider = new ServiceCollection().AddVouchResilience("inventory", configuration).BuildServiceProvider(Strict);
        var pipeline = provider.GetRequiredKeyedService<VouchPipeline>("inventory");
        string before = pipeline.Describe();
        before.Should().Contain("00:00:02");

        configuration["AttemptTimeout"] = "00:00:03";
        configuration.Reload();
        pipeline.Describe().Should().Be(before.Replace("late after 00:00:02", "late after 00:00:03", StringComparison.Ordinal));

        configuration["AttemptTimeout"] = "-00:00:01";
        FluentActions.Invoking(configuration.Reload).Should().Throw<Exception>("the monitor refuses invalid options");
        pipeline.Describe().Should().Contain("00:00:03", "an invalid change is not followed");
    }

    [Fact]
    public void AddVouchResilience_InvalidOptionsOfAName_StopAtStartAndNameTheOption()
    {
        using ServiceProvider provider = new ServiceCollection().AddVouchResilience("inventory", static options => options.MaxRetries = -1).BuildServiceProvider(Strict);

        FluentActions.Invoking(() => provider.GetRequiredService<IStartupValidator>().Validate()).Should().Throw<OptionsValidationException>().WithMessage("*MaxRetries*");
    }

    [Fact]
    public async Task Instruments_RetriesAndRefusals_AreCountedByPipelineAndReason()
    {
        await using ServiceProvider provider = new ServiceCollection()
            .AddSingleton<TimeProvider>(new ManualTimeProvider())
            .AddVouchResilience("inventory", static options => (options.MaxConcurrency, options.InitialConcurrency, options.MaxWaiting, options.MaxRetries, options.RetryBaseDelay) = (1, 1, 0, 2, TimeSpan.Zero))
            .BuildServiceProvider();
        var counts = new ConcurrentDictionary<string, double>();
        using MeterListener listener = Listen(provider.GetRequiredService<IMeterFactory>(), counts);
        ResiliencePipeline pipeline = provider.GetRequiredKeyedService<ResiliencePipeline>("inventory");
        int attempts = 0;
        await pipeline.ExecuteAsync(_ => ++attempts < 3 ? throw new IOException() : ValueTask.CompletedTask);
        var hanging = new TaskCompletionSource();
        Task under = pipeline.ExecuteAsync(async _ => await hanging.Task).AsTask();
        await FluentActions.Awaiting(() => pipeline.ExecuteAsync(static _ => ValueTask.CompletedTask).AsTask()).Should().ThrowAsync<ExecutionRejectedException>();

        listener.RecordObservableInstruments();
        hanging.SetResult();
        await under;

        counts.Should().BeEquivalentTo(new Dictionary<string, double>
        {
            ["vouch.resilience.retries|inventory|transient"] = 2,
            ["vouch.resilience.refusals|inventory|queue_full"] = 1,
            ["vouch.resilience.limit|inventory"] = 1,
            ["vouch.resilience.in_flight|inventory"] = 1,
            ["vouch.resilience.waiting|inventory"] = 0,
        });
    }

    private static MeterListener Listen(IMeterFactory factory, ConcurrentDictionary<string, double> counts)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == ResilienceTelemetry.MeterName && instrument.Meter.Scope == factory)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        return listener;

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string key = instrument.Name;
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                key += $"|{tag.Value}";
            }

            counts.AddOrUpdate(key, value, (_, before) => before + value);
        }
    }
}
