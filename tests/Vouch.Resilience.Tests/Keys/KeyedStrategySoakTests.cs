using Vouch.Resilience.Bulkheads;
using Vouch.Resilience.Concurrency;
using Vouch.Resilience.Errors;
using Vouch.Resilience.Keys;

namespace Vouch.Resilience.Tests.Keys;

/// <summary>Real threads: limits hold at every moment, while keys are forgotten and made anew.</summary>
public class KeyedStrategySoakTests
{
    [Fact]
    public void Bulkhead_ManyThreadsAndForgottenKeys_NeverExceedsItsLimit()
    {
        const int Limit = 2;
        var gate = new BulkheadGate(new BulkheadStrategyOptions { MaxConcurrency = Limit, MaxKeys = 4, IdleTimeout = TimeSpan.FromSeconds(1) });
        int[] inside = new int[16];
        int worst = 0;
        long clock = TimeSpan.TicksPerHour;
        OnThreads(4, worker =>
        {
            var random = new Random(worker);
            for (int i = 0; i < 200_000 * Soak.Scale; i++)
            {
                int key = random.Next(inside.Length);
                long now = Interlocked.Add(ref clock, TimeSpan.TicksPerMillisecond);
                if (gate.TryEnter($"key {key}", now) is { } entry)
                {
                    int count = Interlocked.Increment(ref inside[key]);
                    if (count > Limit)
                    {
                        Interlocked.Exchange(ref worst, count);
                    }

                    Interlocked.Decrement(ref inside[key]);
                    gate.Exit(entry, $"key {key}", now, now, null);
                }
            }
        });

        worst.Should().Be(0);
    }

    [Fact]
    public void AdaptiveConcurrency_ManyThreads_CountsEveryCallBack()
    {
        var gate = new AdaptiveConcurrencyGate(new AdaptiveConcurrencyStrategyOptions { InitialLimit = 3, MaxLimit = 3 });
        int inside = 0;
        int worst = 0;
        OnThreads(4, worker =>
        {
            for (int i = 1; i < 200_000 * Soak.Scale; i++)
            {
                if (gate.TryEnter("k", i) is { } entry)
                {
                    worst = Math.Max(worst, Interlocked.Increment(ref inside));
                    Interlocked.Decrement(ref inside);
                    gate.Exit(entry, "k", i, i + 10, i % 7 == 0 ? ErrorClass.Overload : null);
                }
            }
        });

        worst.Should().BeLessThanOrEqualTo(3);
        gate.Limits.Find("k")!.InFlight.Should().Be(0);
    }

    // Threads of its own: a soak must not wait for the pool, nor the pool for it.
    private static void OnThreads(int count, Action<int> body)
    {
        Thread[] threads = [.. Enumerable.Range(0, count).Select(worker => new Thread(() => body(worker)) { IsBackground = true })];
        Array.ForEach(threads, static thread => thread.Start());
        Array.ForEach(threads, static thread => thread.Join());
    }
}
