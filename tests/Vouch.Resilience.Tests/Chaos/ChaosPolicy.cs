using Polly;
using Polly.CircuitBreaker;
using Polly.Hedging;
using Polly.Retry;
using Vouch.Core.Models;
using Vouch.Resilience.Admission;
using Vouch.Resilience.Calls;
using Vouch.Resilience.Defaults;

namespace Vouch.Resilience.Tests.Chaos;

/// <summary>A way of calling the workers of a world.</summary>
/// <param name="Name">Its name in the table.</param>
/// <param name="What">What it is made of.</param>
/// <param name="TriesOthers">Whether it turns to another worker when one fails.</param>
/// <param name="Build">Makes it for a world. What it returns answers or throws.</param>
internal sealed record ChaosPolicy(string Name, string What, bool TriesOthers, Func<ChaosWorld, Func<int, CancellationToken, ValueTask<long>>> Build)
{
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromMilliseconds(500);
    private static readonly ResiliencePropertyKey<int> Unit = new("unit");
    private static readonly ResiliencePropertyKey<int> First = new("first worker");

    public static IReadOnlyList<ChaosPolicy> All { get; } =
    [
        new("timeout", "Polly: timeout of 500 ms", false, Timeout),
        new("retry", "Polly: 3 retries from 100 ms with jitter, each at the next worker, around a timeout of 500 ms", true, Retry),
        new("retry + breaker", "Polly: the same retry around one breaker with Polly's defaults (10 % of at least 100 calls in 30 s, 5 s open) and the timeout", true, RetryAndBreaker),
        new("retry + breaker per worker", "Polly: the same retry around a breaker (50 % of at least 10 calls in 2 s, 1 s open) and a timeout of each worker", true, RetryAndBreakerPerWorker),
        new("hedging", "Polly: the next two workers asked after 100 ms each or at once after an error, around the timeout", true, Hedging),
        new("WorkerCallPipeline", "Vouch: three candidates, the next one after 100 ms or an error, no retry at the same one, attempts of 500 ms, breakers open for 1 s", true, WorkerCalls),
        new("Vouch default", "Vouch: `AddVouchDefaults` with the three workers as destinations, attempts of 500 ms, 3 s in all, else as it comes", true, VouchDefaults),
    ];

    public static ChaosPolicy Named(string name) => All.Single(policy => policy.Name == name);

    public override string ToString() => Name;

    private static Func<int, CancellationToken, ValueTask<long>> Timeout(ChaosWorld world)
    {
        ResiliencePipeline pipeline = Builder(world).AddTimeout(AttemptTimeout).Build();
        return (unit, token) => pipeline.ExecuteAsync((state, token) => world.AskAsync(state.First, state.unit, token), (First: world.NextWorker(), unit), token);
    }

    private static Func<int, CancellationToken, ValueTask<long>> Retry(ChaosWorld world) => Rotating(world, Builder(world).AddRetry(RetryOptions(world)).AddTimeout(AttemptTimeout).Build());

    private static Func<int, CancellationToken, ValueTask<long>> RetryAndBreaker(ChaosWorld world) =>
        Rotating(world, Builder(world).AddRetry(RetryOptions(world)).AddCircuitBreaker(new CircuitBreakerStrategyOptions()).AddTimeout(AttemptTimeout).Build());

    private static Func<int, CancellationToken, ValueTask<long>> RetryAndBreakerPerWorker(ChaosWorld world)
    {
        ResiliencePipeline retry = Builder(world).AddRetry(RetryOptions(world)).Build();
        ResiliencePipeline[] each =
        [
            .. world.Workers.Select(_ => Builder(world)
                .AddCircuitBreaker(new CircuitBreakerStrategyOptions
                {
                    FailureRatio = 0.5,
                    MinimumThroughput = 10,
                    SamplingDuration = TimeSpan.FromSeconds(2),
                    BreakDuration = TimeSpan.FromSeconds(1),
                })
                .AddTimeout(AttemptTimeout)
                .Build()),
        ];
        return (unit, token) =>
        {
            int worker = world.NextWorker();
            return retry.ExecuteAsync(
                async token =>
                {
                    int asked = worker++ % 3;
                    return await each[asked].ExecuteAsync(token => world.AskAsync(asked, unit, token), token).ConfigureAwait(false);
                },
                token);
        };
    }

    private static Func<int, CancellationToken, ValueTask<long>> Hedging(ChaosWorld world)
    {
        ResiliencePipeline<long> pipeline = new ResiliencePipelineBuilder<long> { TimeProvider = world.Simulation.Time }
            .AddHedging(new HedgingStrategyOptions<long>
            {
                MaxHedgedAttempts = 2,
                Delay = TimeSpan.FromMilliseconds(100),
                ActionGenerator = arguments =>
                {
                    int worker = arguments.PrimaryContext.Properties.GetValue(First, 0) + arguments.AttemptNumber;      // 1 for the first hedge
                    int unit = arguments.PrimaryContext.Properties.GetValue(Unit, 0);
                    return async () => Outcome.FromResult(await world.AskAsync(worker, unit, arguments.ActionContext.CancellationToken).AsTask().WaitAsync(AttemptTimeout, world.Simulation.Time).ConfigureAwait(false));
                },
            })
            .AddTimeout(AttemptTimeout)
            .Build();
        return async (unit, token) =>
        {
            ResilienceContext context = ResilienceContextPool.Shared.Get(token);
            context.Properties.Set(Unit, unit);
            context.Properties.Set(First, world.NextWorker());
            try
            {
                return await pipeline.ExecuteAsync(
                    static (context, world) => world.AskAsync(context.Properties.GetValue(First, 0), context.Properties.GetValue(Unit, 0), context.CancellationToken), context, world).ConfigureAwait(false);
            }
            finally
            {
                ResilienceContextPool.Shared.Return(context);
            }
        };
    }

    private static Func<int, CancellationToken, ValueTask<long>> WorkerCalls(ChaosWorld world)
    {
        var pipeline = new WorkerCallPipeline(
            new WorkerCallOptions
            {
                AttemptTimeout = AttemptTimeout,
                HedgeAfter = TimeSpan.FromMilliseconds(100),
                MaxHedges = 2,
                MaxRetries = 0,
                BreakerBreakDuration = TimeSpan.FromSeconds(1),
                Seed = (int)world.Simulation.Seed,
            },
            world.Simulation.Time);
        return async (unit, token) =>
        {
            CallOutcome<long> outcome = await pipeline.ExecuteAsync(
                world.Candidates[world.NextWorker()], static (worker, state, token) => state.world.AskAsync(worker, state.unit, token), (world, unit), token).ConfigureAwait(false);
            return outcome.Succeeded ? outcome.Value : throw new InvalidOperationException($"No answer after {outcome.AttemptCount} attempts.", outcome.LastError);
        };
    }

    private static Func<int, CancellationToken, ValueTask<long>> VouchDefaults(ChaosWorld world)
    {
        var pipeline = new VouchPipeline(
            new VouchDefaultsOptions
            {
                Destinations = [.. world.Workers.Select(static worker => worker.Id.Value)],
                AttemptTimeout = AttemptTimeout,
                TotalTimeout = TimeSpan.FromSeconds(3),
                Seed = (int)world.Simulation.Seed,
            },
            world.Simulation.Time);
        return async (unit, token) =>
        {
            ResilienceContext context = ResilienceContextPool.Shared.Get(token);
            try
            {
                return await pipeline.Pipeline.ExecuteAsync(
                    static (context, state) => state.world.AskAsync(new WorkerId(context.Properties.GetValue(CallProperties.Destination, "")), state.unit, context.CancellationToken),
                    context,
                    (world, unit)).ConfigureAwait(false);
            }
            finally
            {
                ResilienceContextPool.Shared.Return(context);
            }
        };
    }

    private static Func<int, CancellationToken, ValueTask<long>> Rotating(ChaosWorld world, ResiliencePipeline pipeline) => (unit, token) =>
    {
        int worker = world.NextWorker();
        return pipeline.ExecuteAsync(token => world.AskAsync(worker++, unit, token), token);
    };

    private static ResiliencePipelineBuilder Builder(ChaosWorld world) => new() { TimeProvider = world.Simulation.Time };

    private static RetryStrategyOptions RetryOptions(ChaosWorld world) => new()
    {
        MaxRetryAttempts = 3,
        Delay = TimeSpan.FromMilliseconds(100),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Randomizer = world.Simulation.Random.NextDouble,
    };
}
