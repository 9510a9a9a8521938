namespace Vouch.Observability.Sampling;

/// <summary>Follows a quantile of the duration of each type, with one number per type: on the logarithm, a step up after a slower trace, a small one down after a faster.</summary>
/// <remarks>Source: Q. Ma, S. Muthukrishnan, M. Sandler, <i>Frugal streaming for estimating quantiles</i>, 2013, with steps in the ratio of the shares so that it rests at the quantile. Needs a lock around it.</remarks>
internal sealed class SlowLimits(double quantile, int maxTypes)
{
    private const double Step = 0.2;
    private const int Learning = 20;

    private readonly Dictionary<string, (double Limit, int Seen)> _limits = new(StringComparer.Ordinal);

    public bool IsSlow(string type, TimeSpan duration)
    {
        double value = Math.Log(Math.Max(1, duration.Ticks));
        if (!_limits.TryGetValue(type, out (double Limit, int Seen) known))
        {
            if (_limits.Count < maxTypes)
            {
                _limits.Add(type, (value, 1));
            }

            return false;
        }

        bool slow = value > known.Limit;

        // While it learns, the limit is the slowest seen.
        double limit = known.Seen < Learning ? Math.Max(known.Limit, value) : known.Limit + (Step * (slow ? quantile : quantile - 1));
        _limits[type] = (limit, Math.Min(known.Seen + 1, Learning));
        return slow && known.Seen >= Learning;
    }
}
