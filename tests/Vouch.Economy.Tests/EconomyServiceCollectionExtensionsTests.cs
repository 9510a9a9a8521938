using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Vouch.Core.Exceptions;
using Vouch.Economy.Diagnostics;
using Vouch.Economy.Scheduling;
using Vouch.Economy.Tests.Scheduling;

namespace Vouch.Economy.Tests;

public class EconomyServiceCollectionExtensionsTests
{
    [Fact]
    public void AddVouchEconomy_Twice_RegistersOnceAndSolves()
    {
        var services = new ServiceCollection();
        services.AddVouchEconomy().AddVouchEconomy(options => options.Seed = 7);
        services.AddVouch(vouch => vouch.AddEconomy(options => options.ImprovementRounds = 5).AddEconomy());
        services.Count(service => service.ServiceType == typeof(IScheduler)).Should().Be(1);
        using ServiceProvider provider = Build(services);

        IScheduler scheduler = provider.GetRequiredService<IScheduler>();

        scheduler.Should().BeOfType<PriceAwareListScheduler>().And.BeSameAs(provider.GetRequiredService<PriceAwareListScheduler>());
        SlowChecker.Check(scheduler.Solve(RandomProblems.Make(1, 10, 20, allMayBeRejected: true)));
        SchedulerOptions options = provider.GetRequiredService<IOptions<SchedulerOptions>>().Value;
        (options.Seed, options.ImprovementRounds).Should().Be((7, 5));
    }

    [Fact]
    public void AddVouchEconomy_OwnScheduler_IsKept()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IScheduler>(new RunNowScheduler());
        services.AddVouchEconomy();
        using ServiceProvider provider = Build(services);

        provider.GetRequiredService<IScheduler>().Should().BeOfType<RunNowScheduler>();
    }

    [Fact]
    public void AddVouchEconomy_Configuration_BindsAndValidates()
    {
        IConfiguration Section(string budget) => new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["TimeBudget"] = budget, ["BoundIterations"] = "12" }).Build();
        var services = new ServiceCollection();
        services.AddVouchEconomy(Section("00:00:02"));
        using ServiceProvider provider = Build(services);

        SchedulerOptions options = provider.GetRequiredService<IOptions<SchedulerOptions>>().Value;

        (options.TimeBudget, options.BoundIterations).Should().Be((TimeSpan.FromSeconds(2), 12));
        var bad = new ServiceCollection();
        bad.AddVouchEconomy(Section("2.00:00:00")).Configure<SchedulerOptions>(o => o.MaxDegreeOfParallelism = -3);
        using ServiceProvider refusing = Build(bad);
        refusing.Invoking(p => p.GetRequiredService<IOptions<SchedulerOptions>>().Value)
            .Should().Throw<OptionsValidationException>().WithMessage("*MaxDegreeOfParallelism*").WithMessage("*TimeBudget*");
    }

    [Fact]
    public void Solve_WithListener_ReportsDurationJobsAndGap()
    {
        var services = new ServiceCollection();
        services.AddVouchEconomy(options => options.ImprovementRounds = 0);
        using ServiceProvider provider = Build(services);
        var seen = new List<(string Name, double Value)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == EconomyTelemetry.MeterName && instrument.Meter.Scope == provider.GetRequiredService<IMeterFactory>())
                {
                    l.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, _, _) => seen.Add((instrument.Name, value)));
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen.Add((instrument.Name, value)));
        listener.Start();

        IScheduler scheduler = provider.GetRequiredService<IScheduler>();
        scheduler.Solve(RandomProblems.Make(1, 10, 20, allMayBeRejected: true));
        var hopeless = new SchedulingProblem(RandomProblems.Curve(1), new ResourcePool("p", 1), [new Job("j", 2, 1, 0, 1)]);
        scheduler.Invoking(s => s.Solve(hopeless)).Should().Throw<SchedulingException>();

        seen.Where(item => item.Name == "vouch.economy.jobs").Sum(item => item.Value).Should().Be(10);
        seen.Count(item => item.Name == "vouch.economy.solve.duration").Should().Be(2);
        seen.Should().Contain(item => item.Name == "vouch.economy.schedule.gap");
    }

    private static ServiceProvider Build(ServiceCollection services) =>
        services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
}
