using Vouch.Testing.Simulations;

namespace Vouch.Testing.Workers;

/// <summary>How long something takes in a simulation: a distribution that durations are drawn from.</summary>
/// <remarks>Immutable and safe to share. A drawn duration is a whole number of ticks (100 ns) and at most 1000 days.</remarks>
public sealed class DelayDistribution
{
    private const double LongestTicks = 1000.0 * TimeSpan.TicksPerDay;

    private readonly Func<SeededRandom, double>? _draw;
    private readonly long _constant;
    private readonly string _text;

    private DelayDistribution(long constant, Func<SeededRandom, double>? draw, string text)
    {
        _constant = constant;
        _draw = draw;
        _text = text;
    }

    /// <summary>Gets the distribution that is always zero.</summary>
    public static DelayDistribution Zero { get; } = new(0, null, "none");

    /// <summary>Makes the distribution that is always the same.</summary>
    /// <param name="delay">The duration, zero or more.</param>
    /// <returns>The distribution.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative or longer than 1000 days.</exception>
    public static DelayDistribution Constant(TimeSpan delay)
    {
        RequireDelay(delay, nameof(delay));
        return new DelayDistribution(delay.Ticks, null, $"{delay}");
    }

    /// <summary>Makes a uniform distribution.</summary>
    /// <param name="min">The shortest duration, zero or more.</param>
    /// <param name="max">The longest, not below <paramref name="min"/>.</param>
    /// <returns>The distribution.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A duration is outside its range.</exception>
    public static DelayDistribution Uniform(TimeSpan min, TimeSpan max)
    {
        RequireDelay(min, nameof(min));
        RequireDelay(max, nameof(max));
        ArgumentOutOfRangeException.ThrowIfLessThan(max, min);
        double low = min.Ticks;
        double width = max.Ticks - low;
        return new DelayDistribution(0, random => low + (width * random.NextDouble()), $"{min} to {max}");
    }

    /// <summary>Makes an exponential distribution.</summary>
    /// <param name="mean">The mean, positive.</param>
    /// <returns>The distribution.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mean"/> is outside its range.</exception>
    public static DelayDistribution Exponential(TimeSpan mean)
    {
        RequireDelay(mean, nameof(mean));
        ArgumentOutOfRangeException.ThrowIfEqual(mean, TimeSpan.Zero);
        double ticks = mean.Ticks;
        return new DelayDistribution(0, random => -ticks * Math.Log(1 - random.NextDouble()), $"exponential, mean {mean}");
    }

    /// <summary>Makes a log-normal distribution, as service times often have.</summary>
    /// <param name="mean">The mean, positive.</param>
    /// <param name="variation">The coefficient of variation: standard deviation over mean, in (0, 100].</param>
    /// <returns>The distribution.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static DelayDistribution LogNormal(TimeSpan mean, double variation)
    {
        RequireDelay(mean, nameof(mean));
        ArgumentOutOfRangeException.ThrowIfEqual(mean, TimeSpan.Zero);
        if (!(variation > 0 && variation <= 100))
        {
            throw new ArgumentOutOfRangeException(nameof(variation), variation, "A coefficient of variation is a number in (0, 100].");
        }

        double variance = Math.Log(1 + (variation * variation));
        double mu = Math.Log(mean.Ticks) - (variance / 2);
        double sigma = Math.Sqrt(variance);
        return new DelayDistribution(0, random => Math.Exp(mu + (sigma * Normal(random))), $"log-normal, mean {mean}, variation {variation}");
    }

    /// <summary>Makes the distribution of measured durations: each is as likely as the others.</summary>
    /// <param name="samples">The durations, at least one, zero or more each; copied.</param>
    /// <returns>The distribution.</returns>
    /// <exception cref="ArgumentException"><paramref name="samples"/> is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A duration is outside its range.</exception>
    public static DelayDistribution Measured(ReadOnlySpan<TimeSpan> samples)
    {
        if (samples.IsEmpty)
        {
            throw new ArgumentException("At least one sample is needed.", nameof(samples));
        }

        foreach (TimeSpan sample in samples)
        {
            RequireDelay(sample, nameof(samples));
        }

        TimeSpan[] copy = samples.ToArray();
        return new DelayDistribution(0, random => copy[random.Below(copy.Length)].Ticks, $"one of {copy.Length} samples");
    }

    /// <summary>Returns the distribution in words.</summary>
    public override string ToString() => _text;

    internal long DrawTicks(SeededRandom random) => _draw is null ? _constant : (long)Math.Min(_draw(random), LongestTicks);

    private static double Normal(SeededRandom random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static void RequireDelay(TimeSpan delay, string name)
    {
        if (delay < TimeSpan.Zero || delay.Ticks > LongestTicks)
        {
            throw new ArgumentOutOfRangeException(name, delay, "A delay is from zero to 1000 days.");
        }
    }
}
