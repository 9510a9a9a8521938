using Polly;
using Vouch.Resilience.Admission;
using Vouch.Resilience.Defaults;
using Vouch.Testing;

namespace Vouch.Resilience.Tests.Defaults;

/// <summary>A default pipeline on a manual clock. Everything runs on the thread that moves the clock.</summary>
internal sealed class DefaultsBench : IDisposable
{
    public DefaultsBench(Action<VouchDefaultsOptions>? configure = null)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        Options = new VouchDefaultsOptions
        {
            TotalTimeout = TimeSpan.FromSeconds(3),
            AttemptTimeout = TimeSpan.FromSeconds(1),
            Seed = 1,
            ContinuesInline = true,
        };
        configure?.Invoke(Options);
        Pipeline = new VouchPipeline(Options, Time);
    }

    public VouchDefaultsOptions Options { get; }

    public ManualTimeProvider Time { get; } = new();

    public VouchPipeline Pipeline { get; }

    public int Attempts { get; private set; }

    public List<string> Destinations { get; } = [];

    /// <summary>Calls a back end that takes so long, and then does what it does.</summary>
    public Task<Outcome<int>> CallAsync(TimeSpan takes, Func<int>? then = null, Action<ResilienceContext>? describe = null, CancellationToken token = default) =>
        CallAsync(
            async inner =>
            {
                await DelayAsync(takes, inner).ConfigureAwait(false);
                return then?.Invoke() ?? 7;
            },
            describe,
            token);

    public async Task<Outcome<int>> CallAsync(Func<CancellationToken, Task<int>> backend, Action<ResilienceContext>? describe = null, CancellationToken token = default)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(token);
        describe?.Invoke(context);
        Outcome<int> outcome = await Pipeline.Pipeline.ExecuteOutcomeAsync(
            async (inner, _) =>
            {
                Attempts++;
                Destinations.Add(inner.Properties.GetValue(CallProperties.Destination, "-"));
                try
                {
                    return Outcome.FromResult(await backend(inner.CancellationToken).ConfigureAwait(false));
                }
                catch (Exception error)
                {
                    return Outcome.FromException<int>(error);
                }
            },
            context,
            0).ConfigureAwait(false);
        ResilienceContextPool.Shared.Return(context);
        return outcome;
    }

    /// <summary>A delay whose cancellation goes on on the thread that cancels; that of Task.Delay goes on on the thread pool.</summary>
    public async Task DelayAsync(TimeSpan delay, CancellationToken token)
    {
        var source = new TaskCompletionSource();
        await using ITimer timer = Time.CreateTimer(_ => source.TrySetResult(), null, delay, Timeout.InfiniteTimeSpan);
        await using CancellationTokenRegistration registration = token.Register(() => source.TrySetCanceled(token));
        await source.Task.ConfigureAwait(false);
    }

    public void Advance(double seconds) => Time.Advance(TimeSpan.FromSeconds(seconds));

    public void Dispose() => Pipeline.Dispose();
}
