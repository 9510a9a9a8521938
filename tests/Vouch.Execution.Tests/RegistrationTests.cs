using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Vouch.Execution.Diagnostics;
using Vouch.Execution.Results;
using Vouch.Testing;
using Vouch.TrustEngine.Reputation;

namespace Vouch.Execution.Tests;

public class RegistrationTests
{
    private static readonly ServiceProviderOptions Strict = new() { ValidateOnBuild = true, ValidateScopes = true };

    [Fact]
    public async Task AddVouch_WithExecution_RunsAJobOnTheContainersLedger()
    {
        var services = new ServiceCollection();
        services.AddVouch(static vouch => vouch.AddExecution(static options => options.QueueDepth = 3));
        await using ServiceProvider provider = services.BuildServiceProvider(Strict);

        IVerifiedExecutor executor = provider.GetRequiredService<IVerifiedExecutor>();
        await using VerifiedRun<long> run = executor.Start(Squares.Job(10), Squares.Pool(Squares.Honest(3)), new Squares.SpotCheck());
        JobReport report = await run.Completion;

        report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
        provider.GetRequiredService<ReputationLedger>().Workers.Should().HaveCount(3);
        provider.GetRequiredService<IOptions<ExecutionOptions>>().Value.QueueDepth.Should().Be(3);
    }

    [Fact]
    public void AddVouchExecution_CalledTwice_AddsNothingTwice()
    {
        var services = new ServiceCollection();
        services.AddVouchExecution();
        int count = services.Count;

        services.AddVouchExecution();

        services.Count(static service => service.ServiceType == typeof(IVerifiedExecutor)).Should().Be(1);
        services.Count(static service => service.ServiceType == typeof(IValidateOptions<ExecutionOptions>)).Should().Be(1);
        (services.Count - count).Should().BeLessThan(10);
    }

    [Fact]
    public void AddVouchExecution_FromConfiguration_BindsTheSection()
    {
        IConfigurationRoot configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Vouch:MaxAttemptsPerUnit"] = "5", ["Vouch:OnJournalMismatch"] = "StartAnew" }).Build();
        var services = new ServiceCollection();
        services.AddVouchExecution(configuration.GetSection("Vouch"));
        using ServiceProvider provider = services.BuildServiceProvider(Strict);

        ExecutionOptions options = provider.GetRequiredService<IOptions<ExecutionOptions>>().Value;

        options.MaxAttemptsPerUnit.Should().Be(5);
        options.OnJournalMismatch.Should().Be(Journal.JournalMismatch.StartAnew);
    }

    [Theory]
    [InlineData(nameof(ExecutionOptions.QueueDepth), "between 1 and 100")]
    [InlineData(nameof(ExecutionOptions.MaxAttemptsPerUnit), "between 1 and 1000")]
    [InlineData(nameof(ExecutionOptions.TurnHazard), "between 0 and 0.499")]
    [InlineData(nameof(ExecutionOptions.MaxConcurrentChecks), "between 1 and 1024")]
    [InlineData(nameof(ExecutionOptions.MaxFailuresInARow), "between 1 and 1000")]
    [InlineData(nameof(ExecutionOptions.ProofOfGuilt), "between 0.5 and 0.999999999")]
    public void Options_OutOfRange_SayWhatIsAccepted(string option, string range)
    {
        var services = new ServiceCollection();
        services.AddVouchExecution(new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [option] = "-5" }).Build());
        using ServiceProvider provider = services.BuildServiceProvider(Strict);

        Action resolve = () => provider.GetRequiredService<IVerifiedExecutor>();

        resolve.Should().Throw<OptionsValidationException>().WithMessage($"*{option}*{range}*");
    }

    [Fact]
    public void Constructor_OptionsOutOfRange_Throws()
    {
        Action construct = () => _ = new VerifiedExecutor(new ExecutionOptions { TurnHazard = double.NaN });

        construct.Should().Throw<OptionsValidationException>().WithMessage("*TurnHazard*");
    }

    [Fact]
    public async Task Meter_OneJob_CountsWhatHappened()
    {
        var services = new ServiceCollection();
        services.AddVouch(static vouch => vouch.AddExecution());
        await using ServiceProvider provider = services.BuildServiceProvider(Strict);
        IMeterFactory factory = provider.GetRequiredService<IMeterFactory>();
        var sums = new Dictionary<string, double>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == ExecutionTelemetry.MeterName && instrument.Meter.Scope == factory)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        void Add(string name, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            string key = tags.Length == 0 ? name : $"{name}:{tags[0].Value}";
            lock (sums)
            {
                sums[key] = sums.GetValueOrDefault(key) + value;
            }
        }

        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Add(instrument.Name, 1, tags));
        listener.Start();

        FakeWorker<int, long>[] workers = [.. Squares.Honest(3), Squares.Worker("liar", WorkerBehavior<int, long>.Lie(static n => n + 1)), Squares.Worker("dead", WorkerBehavior<int, long>.Crash(static () => new NotSupportedException()))];
        var verifier = new Squares.SpotCheck();
        await using VerifiedRun<long> run = provider.GetRequiredService<IVerifiedExecutor>().Start(Squares.Job(30), Squares.Pool(workers), verifier);
        JobReport report = await run.Completion;

        report.Outcome.Should().Be(JobOutcome.Completed, report.Summary);
        sums["vouch.execution.results:accepted"].Should().Be(30);
        sums["vouch.execution.error_probability"].Should().Be(30);
        sums["vouch.execution.results:rejected"].Should().Be(report.Workers.Sum(static worker => worker.Rejected));
        (sums["vouch.execution.checks:passed"] + sums["vouch.execution.checks:failed"]).Should().Be(verifier.Checks);
        sums["vouch.execution.failed_attempts"].Should().Be(report.Workers.Sum(static worker => worker.FailedAttempts)).And.BeGreaterThan(0);
        sums["vouch.execution.suspensions"].Should().Be(1);
        sums["vouch.execution.jobs:Completed"].Should().Be(1);
    }
}
