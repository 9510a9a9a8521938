using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Vouch.Core.Models;
using Vouch.Resilience.Breakers;
using Vouch.Resilience.Calls;

namespace Vouch.Resilience.Tests;

public class RegistrationTests
{
    private static readonly ServiceProviderOptions Strict = new() { ValidateOnBuild = true, ValidateScopes = true };

    [Fact]
    public async Task AddVouchResilience_Twice_RegistersOnePipelineThatCalls()
    {
        await using ServiceProvider provider = new ServiceCollection()
            .AddVouchResilience()
            .AddVouchResilience(options => options.MaxHedges = 3)
            .BuildServiceProvider(Strict);

        WorkerCallPipeline pipeline = provider.GetServices<WorkerCallPipeline>().Should().ContainSingle().Which;
        CallOutcome<int> outcome = await pipeline.ExecuteAsync([new WorkerId("a")], static (_, state, _) => new ValueTask<int>(state), 7);

        outcome.Value.Should().Be(7);
        pipeline.Describe().Should().Contain("at most 3 more");
        provider.GetServices<IValidateOptions<WorkerCallOptions>>().Should().HaveCount(2);
    }

    [Fact]
    public void AddResilience_OnTheBuilder_RegistersThePipeline()
    {
        var services = new ServiceCollection();
        services.AddVouch(static vouch => vouch.AddResilience().AddResilience(static options => options.MaxRetries = 0));
        using ServiceProvider provider = services.BuildServiceProvider(Strict);

        provider.GetRequiredService<WorkerCallPipeline>().Describe().Should().Contain("same worker: none");
    }

    [Fact]
    public void AddVouchResilience_InvalidOptions_StopAtStart()
    {
        using ServiceProvider provider = new ServiceCollection()
            .AddVouchResilience(static options => options.MaxAttempts = 2)
            .BuildServiceProvider(Strict);

        FluentActions.Invoking(() => provider.GetRequiredService<IStartupValidator>().Validate())
            .Should().Throw<OptionsValidationException>().WithMessage("*MaxAttempts (2) must be above MaxRetries (2)*");
        FluentActions.Invoking(() => provider.GetRequiredService<WorkerCallPipeline>()).Should().Throw<OptionsValidationException>();
    }

    [Fact]
    public void AddVouchResilience_ConfigurationChanges_IsFollowedAndBreakersStay()
    {
        var settings = new Dictionary<string, string?>
        {
            ["AttemptTimeout"] = "00:00:02",
            ["HedgeAfter"] = "00:00:00.250",
            ["MaxHedges"] = "2",
            ["BreakerFailureRatio"] = "0.5",
            ["Seed"] = "42",
        };
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        using ServiceProvider provider = new ServiceCollection().AddVouchResilience(configuration).BuildServiceProvider(Strict);
        var pipeline = provider.GetRequiredService<WorkerCallPipeline>();
        var worker = new WorkerId("a");
        pipeline.Isolate(worker);
        pipeline.Describe().Should().Contain("attempt timeout: 00:00:02").And.Contain("after 00:00:00.2500000").And.Contain("50 % failures").And.Contain("seeded");

        configuration["AttemptTimeout"] = "00:00:03";
        configuration.Reload();
        pipeline.Describe().Should().Contain("attempt timeout: 00:00:03");
        Refused(pipeline, worker);

        configuration["BreakerFailureRatio"] = "0.6";
        configuration.Reload();
        Refused(pipeline, worker);
        pipeline.Close(worker);
        pipeline.GetState(worker).Should().Be(BreakerState.Closed);

        configuration["AttemptTimeout"] = "00:00:00";
        FluentActions.Invoking(configuration.Reload).Should().Throw<Exception>("the monitor refuses invalid options");
        pipeline.Describe().Should().Contain("attempt timeout: 00:00:03", "an invalid change is not followed");

        static void Refused(WorkerCallPipeline pipeline, WorkerId worker)
        {
            ValueTask<CallOutcome<int>> call = pipeline.ExecuteAsync([worker], static (_, state, _) => new ValueTask<int>(state), 1);
            call.IsCompletedSuccessfully.Should().BeTrue();
            call.GetAwaiter().GetResult().Attempts.Should().ContainSingle().Which.Outcome.Should().Be(CallAttemptOutcome.BreakerOpen);
            pipeline.GetState(worker).Should().Be(BreakerState.Isolated);
        }
    }
}
