using System.Diagnostics.CodeAnalysis;
using Vouch.Observability.Metrics;

namespace Vouch.Observability.Slo;

public sealed partial class SloTracker
{
    private const int MaxSources = 100;
    private readonly List<Action> _sources = [];
    private long _sourceFailures;

    /// <summary>Counts the events of two cumulative counters, read at the end of every slot. What they counted before is not counted.</summary>
    /// <param name="total">Gives the number of all events so far.</param>
    /// <param name="bad">Gives the number of bad events so far.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException">The objective has 100 sources already.</exception>
    /// <remarks>A counter that falls began anew: what it says is counted from 0, see <see cref="CounterIncrease"/>. The functions are called under the tracker's lock: they must not wait.</remarks>
    public void CountFrom(Func<long> total, Func<long> bad)
    {
        ArgumentNullException.ThrowIfNull(total);
        ArgumentNullException.ThrowIfNull(bad);
        var totals = new CounterIncrease();
        var bads = new CounterIncrease();
        lock (_gate)
        {
            if (_sources.Count >= MaxSources)
            {
                throw new InvalidOperationException($"The objective '{Name}' has {MaxSources} sources already.");
            }

            bads.Observe(bad());
            totals.Observe(total());
            _sources.Add(() =>
            {
                // Bad first: whoever counts the event before calling it bad is never seen with more bad events than events.
                long newBad = bads.Observe(bad());
                long newTotal = totals.Observe(total());
                _counts.Add(Math.Max(newTotal, newBad), newBad);
            });
        }
    }

    /// <summary>Counts the events of two counters, read at the end of every slot. What they counted before is not counted; steps with fractions are not either.</summary>
    /// <param name="total">Counts all events.</param>
    /// <param name="bad">Counts the bad ones.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidOperationException">The objective has 100 sources already.</exception>
    public void CountFrom(Counter total, Counter bad)
    {
        ArgumentNullException.ThrowIfNull(total);
        ArgumentNullException.ThrowIfNull(bad);
        CountFrom(() => total.WholeValue, () => bad.WholeValue);
    }

    /// <summary>Gets how often a source of <see cref="CountFrom(Func{long}, Func{long})"/> threw; what it did not say is counted once it answers again.</summary>
    public long SourceFailures => Interlocked.Read(ref _sourceFailures);

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A source that fails must not keep the alerts from being judged; it is counted.")]
    private void Pull()
    {
        foreach (Action source in _sources)
        {
            try
            {
                source();
            }
            catch (Exception)
            {
                Interlocked.Increment(ref _sourceFailures);
            }
        }
    }
}
