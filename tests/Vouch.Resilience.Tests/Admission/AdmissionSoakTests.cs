using Polly;
using Vouch.Resilience.Defaults;

namespace Vouch.Resilience.Tests.Admission;

/// <summary>Real threads and real time: nobody who waits is forgotten, and the limit holds at every moment.</summary>
public class AdmissionSoakTests
{
    [Fact]
    public async Task Pipeline_ManyMoreCallsThanTheLimit_ServesEveryOne()
    {
        const int Limit = 4;
        using var pipeline = new VouchPipeline(new VouchDefaultsOptions
        {
            InitialConcurrency = Limit,
            MaxConcurrency = Limit,
            TotalTimeout = TimeSpan.FromMinutes(5),
            AttemptTimeout = TimeSpan.FromMinutes(1),
            MaxWaiting = 1_000_000,
        });
        int inside = 0;
        int worst = 0;
        int served = 0;

        await Task.WhenAll(Enumerable.Range(0, 64).Select(worker => Task.Run(async () =>
        {
            for (int i = 0; i < 500 * Soak.Scale; i++)
            {
                await pipeline.Pipeline.ExecuteAsync(async _ =>
                {
                    int count = Interlocked.Increment(ref inside);
                    if (count > Limit)
                    {
                        Interlocked.Exchange(ref worst, count);
                    }

                    if ((i + worker) % 3 == 0)
                    {
                        await Task.Yield();
                    }

                    Interlocked.Decrement(ref inside);
                });
                Interlocked.Increment(ref served);
            }
        })));

        served.Should().Be(64 * 500 * Soak.Scale);
        worst.Should().Be(0);
        pipeline.InFlight.Should().Be(0);
        pipeline.Waiting.Should().Be(0);
    }

    [Fact]
    public async Task Pipeline_CallsWithdrawnWhileTheyWait_LeaveNothingBehind()
    {
        using var pipeline = new VouchPipeline(new VouchDefaultsOptions { InitialConcurrency = 2, MaxConcurrency = 2 });
        int ended = 0;

        await Task.WhenAll(Enumerable.Range(0, 32).Select(worker => Task.Run(async () =>
        {
            for (int i = 0; i < 200 * Soak.Scale; i++)
            {
                using var source = new CancellationTokenSource();
                ValueTask call = pipeline.Pipeline.ExecuteAsync(static async _ => await Task.Yield(), source.Token);
                if (i % 2 == 0)
                {
                    await source.CancelAsync();
                }

                try
                {
                    await call;
                }
                catch (OperationCanceledException)
                {
                    // Withdrawn in time.
                }

                Interlocked.Increment(ref ended);
            }
        })));

        ended.Should().Be(32 * 200 * Soak.Scale);
        pipeline.InFlight.Should().Be(0);
        pipeline.Waiting.Should().Be(0);
    }
}
