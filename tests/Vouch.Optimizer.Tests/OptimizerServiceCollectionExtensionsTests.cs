using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Configuration;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Diagnostics;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Forecasting;
using Vouch.Optimizer.Guarantees;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Routing;
using Vouch.Optimizer.Scenes;
using Vouch.Optimizer.Tests.Routing;

namespace Vouch.Optimizer.Tests;

public sealed class OptimizerServiceCollectionExtensionsTests
{
    [Fact]
    public void AddVouchOptimizer_CalledTwice_ResolvesEveryServiceOnce()
    {
        using ServiceProvider provider = new ServiceCollection().AddVouchOptimizer().AddVouchOptimizer(options => options.Forecast.TimingDeviation = 0.1)
            .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        provider.GetServices<SceneAnalyzer>().Should().ContainSingle();
        provider.GetServices<PilotForecaster>().Should().ContainSingle();
        provider.GetServices<ConfigurationOptimizer>().Should().ContainSingle();
        provider.GetRequiredService<IOptions<OptimizerOptions>>().Value.Forecast.TimingDeviation.Should().Be(0.1);
    }

    [Fact]
    public void AddVouchOptimizer_EndpointsAndPredictor_GiveARouterThatFollowsItsConfiguration()
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Endpoints:0:Id"] = "a",
            ["Endpoints:0:Provider"] = "p",
            ["Endpoints:0:InputUsdPerMillion"] = "1",
            ["Endpoints:0:OutputUsdPerMillion"] = "1",
            ["Endpoints:0:ContextTokens"] = "100000",
            ["Budgets:MaxRequestUsd"] = "0.5",
            ["Routing:MaxAttempts"] = "2",
            ["RoutingProfile"] = "Economy",
        }).Build();
        using ServiceProvider provider = new ServiceCollection().AddVouchOptimizer(configuration)
            .AddSingleton<IOutcomePredictor>(new TablePredictor(("a", 0.9, 10))).BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        Router router = provider.GetRequiredService<Router>();

        router.Preview(new RouteRequest("x")).Endpoint.Should().Be("a");
        (router.Plan.Policy.Name, router.Budgets.MaxPerRequest.Usd).Should().Be(("Economy", 0.5m));
        configuration["Endpoints:0:Enabled"] = "false";
        configuration.Reload();
        router.Preview(new RouteRequest("x")).Endpoint.Should().BeNull();
        configuration["Endpoints:0:ContextTokens"] = "-1";
        configuration.Reload();
        provider.GetRequiredService<EndpointCatalog>().LastFailure.Should().Contain("ContextTokens");
    }

    [Fact]
    public void Configuration_Changes_AreFollowedWhileTheRouterRuns()
    {
        IConfigurationRoot configuration = RouterConfiguration();
        using ServiceProvider provider = RouterServices(configuration).BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        Router router = provider.GetRequiredService<Router>();
        OptimizerReload reload = provider.GetRequiredService<OptimizerReload>();
        string digest = router.Digest.Value;

        configuration["Routing:AllowedProviders:0"] = "another";
        configuration["Exploration:ExplorationShare"] = "0.1";
        configuration["RoutingProfile"] = "Quality";
        configuration["Budgets:Caps:0:LimitUsd"] = "7";
        configuration.Reload();

        (reload.Reloads, reload.LastFailure).Should().Be((1, null));
        router.Plan.Policy.Name.Should().Be("Quality");
        router.Budgets.Statement()[0].Limit.Usd.Should().Be(7);
        router.Preview(new RouteRequest("x")).Candidates[0].Constraints.Should().Be(RoutingConstraint.Provider);
        router.Preview(new RouteRequest("x")).Exploration!.Share.Should().Be(0.1);
        router.Digest.Value.Should().NotBe(digest);

        configuration["Routing:AllowedProviders:0"] = "p";
        configuration["Routing:MaxAttempts"] = "0";
        configuration.Reload();

        reload.LastFailure.Should().Contain("MaxAttempts");
        router.Preview(new RouteRequest("x")).Candidates[0].Constraints.Should().Be(RoutingConstraint.Provider, "a refused configuration changes nothing");
    }

    [Fact]
    public void Exploration_Reloaded_KeepsWhatWasLearnt()
    {
        IConfigurationRoot configuration = RouterConfiguration();
        configuration["Exploration:PriorStrength"] = "10";
        using ServiceProvider provider = RouterServices(configuration).BuildServiceProvider();
        Router router = provider.GetRequiredService<Router>();
        for (int i = 0; i < 50; i++)
        {
            using RoutedCall call = router.Begin(new RouteRequest("x"));
            router.Audit(call.Answer, 0);
        }

        double before = router.Preview(new RouteRequest("x")).Candidates[0].Success;
        configuration["Exploration:ExplorationShare"] = "0.3";
        configuration.Reload();

        before.Should().BeLessThan(0.5);
        router.Preview(new RouteRequest("x")).Candidates[0].Success.Should().Be(before);
    }

    [Fact]
    public void CalibratedPlan_Registered_IsWatchedAsTheOptionsSay()
    {
        IConfigurationRoot configuration = RouterConfiguration();
        configuration["Monitor:Memory"] = "64";
        var policy = new RoutingPolicy("cheapest", double.PositiveInfinity);
        CandidatePolicy best = new("a", [.. Enumerable.Repeat(0.9, 400)], [.. Enumerable.Repeat(9.0, 400)]);
        CandidatePolicy cheapest = new("cheapest", [.. Enumerable.Repeat(0.9, 400)], [.. Enumerable.Repeat(1.0, 400)]);
        CalibrationArtefact artefact = new GuaranteeCalibrator().Calibrate(QualityGuarantee.RelativeToBest(0.9), [best], [cheapest], "table", DateTimeOffset.UnixEpoch)
            .Review("a person", DateTimeOffset.UnixEpoch).Activate("table");
        using ServiceProvider provider = RouterServices(configuration).AddSingleton(RoutingPlan.From(artefact, [policy])).BuildServiceProvider();
        Router router = provider.GetRequiredService<Router>();

        for (int i = 0; i < 300 && !router.Monitor!.IsPromiseBroken; i++)
        {
            router.Monitor.Audit(new AuditedOutcome(i, 0, 0, 0));
        }

        router.Plan.IsPolicyServing.Should().BeTrue();
        router.Monitor!.IsPromiseBroken.Should().BeTrue();
        configuration["Monitor:FalseAlarmRate"] = "0.9";
        using ServiceProvider refused = RouterServices(configuration).BuildServiceProvider();
        refused.Invoking(p => p.GetRequiredService<IOptions<OptimizerOptions>>().Value).Should().Throw<OptionsValidationException>().WithMessage("*FalseAlarmRate*");
    }

    [Fact]
    public void JournalFile_Configured_SpendingOutlivesTheProvider()
    {
        string folder = Directory.CreateTempSubdirectory("vouch-di").FullName;
        IConfigurationRoot configuration = RouterConfiguration();
        configuration["Budgets:JournalFile"] = Path.Combine(folder, "budget");
        using (ServiceProvider first = RouterServices(configuration).BuildServiceProvider())
        {
            first.GetRequiredService<BudgetLedger>().Charge(null, NanoUsd.FromUsd(2));
        }

        using (ServiceProvider second = RouterServices(configuration).BuildServiceProvider())
        {
            second.GetRequiredService<BudgetLedger>().Available(null, out _).Usd.Should().Be(1);
        }

        Directory.Delete(folder, recursive: true);
    }

    private static IServiceCollection RouterServices(IConfiguration configuration) => new ServiceCollection().AddVouchOptimizer(configuration)
        .AddSingleton<IOutcomePredictor>(new TablePredictor(("a", 0.9, 10)));

    private static IConfigurationRoot RouterConfiguration() => new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
    {
        ["Endpoints:0:Id"] = "a",
        ["Endpoints:0:Provider"] = "p",
        ["Endpoints:0:InputUsdPerMillion"] = "1",
        ["Endpoints:0:OutputUsdPerMillion"] = "1",
        ["Endpoints:0:ContextTokens"] = "100000",
        ["Budgets:Caps:0:Name"] = "all",
        ["Budgets:Caps:0:LimitUsd"] = "3",
    }).Build();

    [Fact]
    public void Router_WithoutAPredictor_SaysWhatToRegister()
    {
        using ServiceProvider provider = new ServiceCollection().AddVouchOptimizer().BuildServiceProvider();

        provider.Invoking(p => p.GetRequiredService<Router>()).Should().Throw<InvalidOperationException>().WithMessage("*IOutcomePredictor*");
    }

    [Fact]
    public void AddVouchOptimizer_ServiceOfTheHost_Stays()
    {
        var own = new PilotForecaster();
        using ServiceProvider provider = new ServiceCollection().AddSingleton(own).AddVouchOptimizer().BuildServiceProvider();

        provider.GetRequiredService<PilotForecaster>().Should().BeSameAs(own);
    }

    [Fact]
    public void AddVouchOptimizer_Configuration_IsBound()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Scenes:MaxNodeDepth"] = "77",
            ["Forecast:MinimumSampleCounts"] = "3",
            ["Configuration:QualityMargin"] = "0.5",
        }).Build();
        using ServiceProvider provider = new ServiceCollection().AddVouchOptimizer(configuration).BuildServiceProvider();

        OptimizerOptions options = provider.GetRequiredService<IOptions<OptimizerOptions>>().Value;

        (options.Scenes.MaxNodeDepth, options.Forecast.MinimumSampleCounts, options.Configuration.QualityMargin).Should().Be((77, 3, 0.5));
    }

    [Fact]
    public void AddOptimizer_OnTheVouchBuilder_Registers()
    {
        using ServiceProvider provider = new ServiceCollection().AddVouch(vouch => vouch.AddOptimizer(options => options.Scenes.MaxProblems = 5)).BuildServiceProvider();

        provider.GetRequiredService<ConfigurationOptimizer>().Should().NotBeNull();
        provider.GetRequiredService<IOptions<OptimizerOptions>>().Value.Scenes.MaxProblems.Should().Be(5);
    }

    public static TheoryData<Action<OptimizerOptions>, string> BadOptions => new()
    {
        { options => options.Scenes.MaxNodeDepth = 0, "*MaxNodeDepth*" },
        { options => options.Scenes.MaxFileBytes = -1, "*MaxFileBytes*" },
        { options => options.Forecast.TimingDeviation = double.NaN, "*TimingDeviation*" },
        { options => options.Forecast.PlainMonteCarloWeight = 1.5, "*PlainMonteCarloWeight*" },
        { options => options.Configuration.QualityConfidence = 1, "*QualityConfidence*" },
        { options => options.Configuration.EconomyConfidence = 0.99, "*dearer profile*" },
        { options => options.Scenes.MaxFileBytes = 1000, "*MaxJsonBytes*" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Options_OutOfRange_AreRefusedWithTheirName(Action<OptimizerOptions> spoil, string message)
    {
        using ServiceProvider provider = new ServiceCollection().AddVouchOptimizer(spoil).BuildServiceProvider();

        provider.Invoking(services => services.GetRequiredService<IOptions<OptimizerOptions>>().Value).Should().Throw<OptionsValidationException>().WithMessage(message);
    }

    [Fact]
    public void Telemetry_AnalysisAndDecision_AreCountedUnderTheirPublicNames()
    {
        var seen = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == OptimizerTelemetry.MeterName)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        using ServiceProvider provider = new ServiceCollection().AddVouchOptimizer().BuildServiceProvider();
        Meter meter = provider.GetRequiredService<IMeterFactory>().Create(OptimizerTelemetry.MeterName);
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(instrument, value));
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => Add(instrument, 1));
        listener.Start();
        string path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "ply\n");
            provider.GetRequiredService<SceneAnalyzer>().Analyze(path);
        }
        finally
        {
            File.Delete(path);
        }

        provider.GetRequiredService<ConfigurationOptimizer>().Choose(new ConfigurationRequest
        {
            Target = new Core.Models.QualityTarget(0.5, Core.Models.QualityScale.Ssim),
            Forecasts = [],
            Candidates = [new RenderConfiguration(1, 1, 1)],
        });

        seen.Should().BeEquivalentTo(new Dictionary<string, double> { [OptimizerTelemetry.Scenes] = 1, [OptimizerTelemetry.SceneDuration] = 1, [OptimizerTelemetry.Decisions] = 1 });

        void Add(Instrument instrument, double value)
        {
            // Other tests make meters of the same name; only this provider's instruments are counted.
            if (ReferenceEquals(instrument.Meter, meter))
            {
                seen[instrument.Name] = seen.GetValueOrDefault(instrument.Name) + value;
            }
        }
    }
}
