using System.Globalization;

namespace Vouch.Testing.Simulations;

public sealed partial class Simulation
{
    private readonly List<Watch> _watches = [];

    /// <summary>Requires something to hold now.</summary>
    /// <param name="condition">Whether it holds.</param>
    /// <param name="promise">What was promised.</param>
    /// <exception cref="ArgumentNullException"><paramref name="promise"/> is null.</exception>
    /// <exception cref="SimulationException">It does not hold; the run fails even where this is caught.</exception>
    public void Require(bool condition, string promise)
    {
        ArgumentNullException.ThrowIfNull(promise);
        if (!condition)
        {
            throw Broken(promise);
        }
    }

    /// <summary>Requires something to hold after every step from now on.</summary>
    /// <param name="condition">Tells whether it holds; cheap and without effects.</param>
    /// <param name="promise">What is promised.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public void Always(Func<bool> condition, string promise)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(promise);
        if (!IsOutside("Simulation.Always"))
        {
            _watches.Add(new Watch(condition, promise, null));
            CheckWatches();
        }
    }

    /// <summary>Makes a count of things that go on at once, which fails the run when it passes its limit.</summary>
    /// <param name="limit">How many at once, 0 or more.</param>
    /// <param name="what">What is counted.</param>
    /// <returns>The count.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="what"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is negative.</exception>
    public Occupancy NeverMoreThan(int limit, string what)
    {
        ArgumentNullException.ThrowIfNull(what);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        return new Occupancy(this, limit, what);
    }

    /// <summary>Requires something to come true within a time. It is looked at after every step.</summary>
    /// <param name="condition">Tells whether it is true; cheap and without effects.</param>
    /// <param name="within">How much virtual time it has, zero or more.</param>
    /// <param name="promise">What is promised.</param>
    /// <returns>How long it took.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="within"/> is negative.</exception>
    /// <exception cref="SimulationException">It did not come true in time; the run fails even where this is caught.</exception>
    public async Task<TimeSpan> EventuallyAsync(Func<bool> condition, TimeSpan within, string promise)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(promise);
        ArgumentOutOfRangeException.ThrowIfLessThan(within, TimeSpan.Zero);
        if (IsOutside("Simulation.EventuallyAsync"))
        {
            return await new TaskCompletionSource<TimeSpan>().Task.ConfigureAwait(true);
        }

        long start = NowTicks;
        if (!condition())
        {
            var watch = new Watch(condition, promise, new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
            _watches.Add(watch);
            using ITimer timer = Time.CreateTimer(static state => ((Watch)state!).Done!.TrySetResult(false), watch, within, Timeout.InfiniteTimeSpan);
            bool cameTrue = await watch.Done!.Task.ConfigureAwait(true);
            _watches.Remove(watch);
            if (!cameTrue)
            {
                throw Broken(string.Create(CultureInfo.InvariantCulture, $"{promise}: not within {within.TotalSeconds:0.######} s"));
            }
        }

        return new TimeSpan(NowTicks - start);
    }

    /// <summary>
    /// Requires a service to be well again within a time, and to stay so: it is tried over and over for twice that time, and whatever is begun in the second half must succeed.
    /// </summary>
    /// <param name="within">How much virtual time it has from now on; positive.</param>
    /// <param name="attempt">Tries the service once; it succeeds unless it throws or, where it tells, answers false.</param>
    /// <param name="promise">What is promised.</param>
    /// <returns>After how long it was well: when the first of the unbroken row of successes began.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="within"/> is not positive.</exception>
    /// <exception cref="SimulationException">An attempt that began after the time failed; the run fails even where this is caught.</exception>
    public async Task<TimeSpan> RecoversAsync(TimeSpan within, Func<Task<bool>> attempt, string promise = "the service recovers")
    {
        ArgumentNullException.ThrowIfNull(attempt);
        ArgumentNullException.ThrowIfNull(promise);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(within, TimeSpan.Zero);
        if (IsOutside("Simulation.RecoversAsync"))
        {
            return await new TaskCompletionSource<TimeSpan>().Task.ConfigureAwait(true);
        }

        const int AttemptsPerHalf = 20;
        long start = NowTicks;
        var attempts = new Task<Exception?>[2 * AttemptsPerHalf];
        for (int i = 0; i < attempts.Length; i++)
        {
            attempts[i] = TryOnceAsync(attempt);
            await Delay(within / AttemptsPerHalf).ConfigureAwait(true);
        }

        TimeSpan wellAfter = TimeSpan.Zero;
        for (int i = 0; i < attempts.Length; i++)
        {
            if (await attempts[i].ConfigureAwait(true) is { } error)
            {
                TimeSpan begun = within / AttemptsPerHalf * i;
                wellAfter = begun + (within / AttemptsPerHalf);
                if (i >= AttemptsPerHalf)
                {
                    throw Broken(string.Create(CultureInfo.InvariantCulture, $"{promise} within {within.TotalSeconds:0.######} s: the attempt begun {begun.TotalSeconds:0.######} s after {start / 1e7:0.######} s still failed ({error.GetType().Name}: {error.Message})"));
                }
            }
        }

        return wellAfter;
    }

    internal SimulationException Broken(string promise)
    {
        Fail(SimulationFailureKind.BrokenPromise, $"Broken promise: {promise}");
        return new SimulationException($"Broken promise: {promise}");
    }

    private static async Task<Exception?> TryOnceAsync(Func<Task<bool>> attempt)
    {
        try
        {
            return await attempt().ConfigureAwait(true) ? null : new InvalidOperationException("it answered false");
        }
        catch (Exception error) when (error is not SimulationException)
        {
            return error;
        }
    }

    private void CheckWatches()
    {
        for (int i = 0; i < _watches.Count; i++)
        {
            Watch watch = _watches[i];
            bool holds;
            try
            {
                holds = watch.Condition();
            }
            catch (Exception error)
            {
                Fail(SimulationFailureKind.Error, $"The condition of '{watch.Promise}' threw {error.GetType().Name}: {error.Message}", error);
                return;
            }

            if (watch.Done is { } done)
            {
                if (holds)
                {
                    done.TrySetResult(true);
                }
            }
            else if (!holds)
            {
                Fail(SimulationFailureKind.BrokenPromise, $"Broken promise: {watch.Promise}");
                return;
            }
        }
    }

    private sealed record Watch(Func<bool> Condition, string Promise, TaskCompletionSource<bool>? Done);
}
