using System.Runtime.CompilerServices;

namespace Vouch.Observability.Sampling;

/// <summary>
/// Keeps a budget of traces per window, exactly, and spends it on all kinds of traces: every type, failed and not, slow and not, is represented, rare kinds in full, common ones by a share that shrinks
/// with the root of how many there are.
/// </summary>
/// <typeparam name="T">What stands for a trace, such as its activities.</typeparam>
/// <remarks>
/// <para>
/// Priority sampling: a trace gets the priority <c>w/u</c>, where <c>w = 1/sqrt(n)</c> for the <c>n</c> traces of its kind in the window before (or so far, where that is more) and <c>u</c> is its randomness as
/// a number in (0, 1); the greatest priorities are kept, and the greatest one that was not is the threshold. A kept trace stands for <c>max(1, threshold/w)</c>: sums of these weights are unbiased for any subset. The
/// first trace of each kind in a window is kept for certain. No rate is steered, so there is nothing to overshoot.
/// Source: N. Duffield, C. Lund, M. Thorup, <i>Priority sampling for estimation of arbitrary subset sums</i>, J. ACM 54 (2007).
/// </para>
/// <para>
/// Memory: the budget, no more; a trace that cannot be kept is refused at once, usually without a lock. Latency: what is kept is delivered when the first trace after the window's end is offered, or by
/// <see cref="Flush"/>. Kinds beyond half the budget share those of no type. Safe to share; the callback runs on the thread that ended the window, outside any lock.
/// </para>
/// </remarks>
public sealed class AdaptiveSampler<T>
{
    private const string NoType = "";
    private const int Kinds = 4;
    private const int CacheSize = 256;

    private readonly Lock _lock = new();
    private readonly AdaptiveSamplerOptions _options;
    private readonly TimeProvider _time;
    private readonly Action<SampledWindow<T>> _deliver;
    private readonly long _windowTicks;
    private readonly Dictionary<(string Type, int Kind), Stratum> _strata = [];
    private readonly Stratum?[] _cache = new Stratum?[CacheSize];
    private readonly PriorityQueue<Candidate, double> _kept;
    private long _windowEnd;
    private double _threshold;

    /// <summary>Initializes a sampler; its first window begins now.</summary>
    /// <param name="deliver">Receives what was kept, once per window in which traces were offered.</param>
    /// <param name="options">The budget; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="deliver"/> is null.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    public AdaptiveSampler(Action<SampledWindow<T>> deliver, AdaptiveSamplerOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(deliver);
        _deliver = deliver;
        _options = options ?? new AdaptiveSamplerOptions();
        AdaptiveSamplerOptionsValidator.ThrowIfInvalid(_options);
        _time = time ?? TimeProvider.System;
        _windowTicks = Math.Max(1, (long)(_options.Window.TotalSeconds * _time.TimestampFrequency));
        _windowEnd = _time.GetTimestamp() + _windowTicks;
        _kept = new PriorityQueue<Candidate, double>(Math.Min(_options.Budget, 4096) + 1);
    }

    /// <summary>Offers a finished trace.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="summary">What it is like.</param>
    /// <returns>False where it is refused for good; true where it is a candidate until the window ends.</returns>
    public bool Offer(T trace, in TraceSummary summary) => Offer(trace, summary, _time.GetTimestamp());

    /// <summary>Offers a finished trace.</summary>
    /// <param name="trace">The trace.</param>
    /// <param name="summary">What it is like.</param>
    /// <param name="timestamp">The present timestamp of the time provider; one from before the window counts as now.</param>
    /// <returns>False where it is refused for good; true where it is a candidate until the window ends.</returns>
    public bool Offer(T trace, in TraceSummary summary, long timestamp)
    {
        if (timestamp >= Volatile.Read(ref _windowEnd))
        {
            Close(timestamp, force: false);
        }

        Stratum stratum = Find(summary);
        long number = Interlocked.Increment(ref stratum.Count);
        double share = (summary.Randomness + 0.5) / ConsistentThreshold.Range;

        // Weight/randomness > threshold, squared, without a root: most traces of a common kind end here. The threshold only rises within a window, so that one seen late refuses nothing wrongly.
        double limit = Volatile.Read(ref _threshold) * share;
        return (number == 1 || 1 > limit * limit * Math.Max(number, stratum.Before)) && Enter(trace, summary, stratum, number, share);
    }

    /// <summary>Ends the window now and delivers what was kept.</summary>
    public void Flush() => Close(_time.GetTimestamp(), force: true);

    internal void CloseIfOver() => Close(_time.GetTimestamp(), force: false);

    private bool Enter(T trace, in TraceSummary summary, Stratum stratum, long number, double share)
    {
        bool certain = number == 1;
        double weight = 1 / Math.Sqrt(Math.Max(number, stratum.Before));
        var candidate = new Candidate(trace, summary, certain ? double.PositiveInfinity : weight);
        double priority = certain ? double.PositiveInfinity : weight / share;
        lock (_lock)
        {
            if (_kept.Count < _options.Budget)
            {
                _kept.Enqueue(candidate, priority);
                return true;
            }

            _kept.TryPeek(out _, out double least);
            double refused = Math.Min(least, priority);
            if (refused > _threshold)
            {
                Volatile.Write(ref _threshold, refused);
            }

            if (priority <= least)
            {
                return false;
            }

            _kept.EnqueueDequeue(candidate, priority);
            return true;
        }
    }

    private Stratum Find(in TraceSummary summary)
    {
        int kind = (summary.HasError ? 1 : 0) + (summary.IsSlow ? 2 : 0);
        string type = summary.Type ?? NoType;
        ref Stratum? cached = ref _cache[((RuntimeHelpers.GetHashCode(type) * Kinds) + kind) & (CacheSize - 1)];
        return cached is { } known && ReferenceEquals(known.Type, type) && known.Kind == kind ? known : Look(type, kind, ref cached);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private Stratum Look(string type, int kind, ref Stratum? cached)
    {
        lock (_lock)
        {
            if (!_strata.TryGetValue((type, kind), out Stratum? stratum))
            {
                // At least half of the budget stays for chance, or common kinds could not be estimated.
                if (_strata.Count >= (_options.Budget / 2) - Kinds)
                {
                    type = NoType;
                }

                if (!_strata.TryGetValue((type, kind), out stratum))
                {
                    _strata.Add((type, kind), stratum = new Stratum(type, kind));
                }
            }

            cached = stratum;
            return stratum;
        }
    }

    private void Close(long timestamp, bool force)
    {
        SampledWindow<T>? window;
        lock (_lock)
        {
            if (!force && timestamp < _windowEnd)
            {
                return;
            }

            window = Drain();
            Volatile.Write(ref _threshold, 0);
            long passed = Math.Max(0, timestamp - _windowEnd) / _windowTicks;
            Volatile.Write(ref _windowEnd, force ? timestamp + _windowTicks : _windowEnd + ((passed + 1) * _windowTicks));
        }

        if (window is not null)
        {
            _deliver(window);
        }
    }

    private SampledWindow<T>? Drain()
    {
        long offered = 0;
        int seen = 0;
        foreach (((string, int) key, Stratum stratum) in _strata.ToArray())
        {
            long count = Interlocked.Exchange(ref stratum.Count, 0);
            offered += count;
            seen += count > 0 ? 1 : 0;
            if (count == 0 && stratum.Before == 0)
            {
                _strata.Remove(key);
            }

            stratum.Before = count;
        }

        Array.Clear(_cache);
        if (_kept.Count == 0)
        {
            return null;
        }

        double threshold = _threshold;
        SampledTrace<T>[] kept = [.. _kept.UnorderedItems.Select(item => new SampledTrace<T>(item.Element.Trace, item.Element.Summary, Math.Max(1, threshold / item.Element.Weight)))];
        _kept.Clear();
        return new SampledWindow<T>(offered, seen, kept);
    }

    private readonly record struct Candidate(T Trace, TraceSummary Summary, double Weight);
}
