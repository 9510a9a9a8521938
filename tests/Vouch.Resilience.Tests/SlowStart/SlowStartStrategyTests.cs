using Microsoft.Extensions.Options;
using Polly;
using Vouch.Resilience.Admission;
using Vouch.Resilience.Errors;
using Vouch.Resilience.SlowStart;

namespace Vouch.Resilience.Tests.SlowStart;

public class SlowStartStrategyTests
{
    private const long Second = TimeSpan.TicksPerSecond;

    private readonly SlowStartGate _gate = new(new SlowStartStrategyOptions { Window = TimeSpan.FromSeconds(10), InitialConcurrency = 2, FullConcurrency = 200, FailuresInARow = 3 });

    [Fact]
    public void TryEnter_BeforeTheFirstSuccess_AllowsTheInitialLoadHoweverLongItTakes()
    {
        Load(now: 0).Should().Be(2);
        Load(now: 3_600 * Second).Should().Be(2);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(5, 20)]
    [InlineData(9.99, 199)]
    public void TryEnter_DuringTheWindow_AllowsALoadThatRisesExponentially(double seconds, int expected)
    {
        Succeed(now: 0);

        Load((long)(seconds * Second)).Should().Be(expected);
    }

    [Fact]
    public void TryEnter_AfterTheWindow_AllowsEverything()
    {
        Succeed(now: 0);

        Load(10 * Second, most: 5_000).Should().Be(5_000);
    }

    [Fact]
    public void Exit_FailuresInARow_BeginANewRiseWithTheNextSuccess()
    {
        Succeed(now: 0);
        Load(10 * Second, most: 500).Should().Be(500);
        for (int i = 0; i < 3; i++)
        {
            Call(20 * Second, ErrorClass.Overload);
        }

        Load(21 * Second).Should().Be(2);
        Succeed(now: 30 * Second);
        Load(35 * Second).Should().Be(20);
    }

    [Fact]
    public void Exit_FailuresAmongSuccesses_ChangeNothing()
    {
        Succeed(now: 0);
        Load(10 * Second, most: 500).Should().Be(500);
        for (int i = 0; i < 30; i++)
        {
            Call(11 * Second, i % 3 == 0 ? null : ErrorClass.Transient);
        }

        Load(12 * Second, most: 500).Should().Be(500);
    }

    [Fact]
    public void Exit_SuccessOfACallFromBeforeTheCollapse_DoesNotBeginTheRise()
    {
        Succeed(now: 0);
        Load(10 * Second, most: 500).Should().Be(500);
        var old = _gate.TryEnter("k", 11 * Second)!;
        for (int i = 0; i < 3; i++)
        {
            Call(12 * Second, ErrorClass.Transient);
        }

        _gate.Exit(old, "k", 11 * Second, 13 * Second, error: null);

        Load(20 * Second).Should().Be(2);
    }

    [Fact]
    public async Task AddSlowStart_OverTheLimit_RefusesPerKey()
    {
        ResiliencePipeline pipeline = new ResiliencePipelineBuilder().AddSlowStart(new SlowStartStrategyOptions { InitialConcurrency = 1 }).Build();
        var hanging = new TaskCompletionSource();
        Task<Outcome<int>> first = CallAsync(pipeline, "cold", hanging.Task);

        (await CallAsync(pipeline, "cold", Task.CompletedTask)).Exception.Should().BeOfType<CallRefusedException>().Which.Reason.Should().Be(RefusalReason.LimitReached);
        (await CallAsync(pipeline, "other", Task.CompletedTask)).Result.Should().Be(1);
        hanging.SetResult();
        (await first).Result.Should().Be(1);
    }

    [Fact]
    public void AddSlowStart_InvalidOptions_NameTheOption() =>
        FluentActions.Invoking(static () => new ResiliencePipelineBuilder().AddSlowStart(new SlowStartStrategyOptions { InitialConcurrency = 200 }))
            .Should().Throw<OptionsValidationException>().WithMessage("*FullConcurrency (100) must be at least InitialConcurrency (200)*");

    private static async Task<Outcome<int>> CallAsync(ResiliencePipeline pipeline, string key, Task wait)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(CancellationToken.None);
        context.Properties.Set(CallProperties.Key, key);
        Outcome<int> outcome = await pipeline.ExecuteOutcomeAsync(
            static async (_, wait) =>
            {
                await wait;
                return Outcome.FromResult(1);
            },
            context,
            wait);
        ResilienceContextPool.Shared.Return(context);
        return outcome;
    }

    /// <summary>How many calls may be under way at once; they are withdrawn afterwards.</summary>
    private int Load(long now, int most = 1_000)
    {
        var entered = new List<Resilience.Keys.KeyedState>();
        while (entered.Count < most && _gate.TryEnter("k", now) is { } entry)
        {
            entered.Add(entry);
        }

        entered.ForEach(entry => _gate.Exit(entry, "k", now, now, ErrorClass.Cancelled));
        return entered.Count;
    }

    private void Succeed(long now) => Call(now, error: null);

    private void Call(long now, ErrorClass? error) => _gate.Exit(_gate.TryEnter("k", now)!, "k", now, now, error);
}
