namespace Vouch.Observability.Slo;

/// <summary>Turns readings of a cumulative counter into increases, whoever answers.</summary>
/// <remarks>
/// <para>A counter that falls began anew at 0, so its whole reading is an increase. But where several processes answer in turn, each with a counter of its own, a reading below the last one is
/// only another process's: readings are kept apart by the name of the instance, and of a new instance the first reading is the base to count from.</para>
/// <para>For one thread at a time. Remembers the 1,000 instances read last.</para>
/// </remarks>
public sealed class CounterIncrease
{
    /// <summary>How many instances are remembered.</summary>
    public const int MaxInstances = 1000;

    private readonly Dictionary<string, (long Value, long Read)> _last = new(StringComparer.Ordinal);
    private long _reads;

    /// <summary>Gets how often a counter began anew.</summary>
    public long Resets { get; private set; }

    /// <summary>Gets how many instances were forgotten to make room for others.</summary>
    public long Forgotten { get; private set; }

    /// <summary>Takes a reading.</summary>
    /// <param name="value">What the counter says, 0 or more.</param>
    /// <param name="instance">Whose counter it is: process and start, pod, host. The same for all where there is only one.</param>
    /// <returns>How much it grew since the instance's last reading; 0 at its first.</returns>
    /// <exception cref="ArgumentException"><paramref name="value"/> is negative or <paramref name="instance"/> null.</exception>
    public long Observe(long value, string instance = "")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentNullException.ThrowIfNull(instance);
        bool known = _last.TryGetValue(instance, out (long Value, long Read) last);
        if (!known && _last.Count == MaxInstances)
        {
            _last.Remove(_last.MinBy(entry => entry.Value.Read).Key);
            Forgotten++;
        }

        _last[instance] = (value, ++_reads);
        if (!known)
        {
            return 0;
        }

        if (value >= last.Value)
        {
            return value - last.Value;
        }

        Resets++;
        return value;
    }
}
