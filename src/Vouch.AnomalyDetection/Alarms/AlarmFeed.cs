using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Vouch.AnomalyDetection.Alarms;

/// <summary>Hands alarms to whoever reads them, and keeps back those of series that are silenced.</summary>
/// <remarks>
/// Safe for concurrent use. Each reader has a buffer of its own; one that does not keep up loses its oldest alarms, which <see cref="Dropped"/> counts: the
/// detectors never wait for a reader.
/// </remarks>
public sealed class AlarmFeed
{
    private readonly int _capacity;
    private ImmutableArray<Channel<AnomalyEvent>> _readers = [];
    private ImmutableArray<Silence> _silences = [];
    private long _dropped;
    private long _suppressed;

    /// <summary>Creates a feed without readers.</summary>
    /// <param name="capacity">How many alarms are kept for a reader that is behind, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
    public AlarmFeed(int capacity = 1_024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
    }

    /// <summary>Gets how many alarms were lost because a reader was behind.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Gets how many alarms were kept back by <see cref="Suppress"/>.</summary>
    public long Suppressed => Interlocked.Read(ref _suppressed);

    /// <summary>Keeps back the alarms of some series for a time. Their detectors learn on.</summary>
    /// <param name="seriesPrefix">The beginning of the series' names; empty for all.</param>
    /// <param name="from">The first time stamp that is kept back.</param>
    /// <param name="until">The first time stamp that is not.</param>
    /// <exception cref="ArgumentNullException"><paramref name="seriesPrefix"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="until"/> is not after <paramref name="from"/>.</exception>
    public void Suppress(string seriesPrefix, DateTimeOffset from, DateTimeOffset until)
    {
        ArgumentNullException.ThrowIfNull(seriesPrefix);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(until, from);
        ImmutableInterlocked.Update(ref _silences, static (all, added) => all.Add(added), new Silence(seriesPrefix, from, until));
    }

    /// <summary>Reads alarms from now on.</summary>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>Alarms in the order in which they were raised; it ends only by <paramref name="cancellationToken"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> is cancelled.</exception>
    public async IAsyncEnumerable<AnomalyEvent> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        Channel<AnomalyEvent> reader = Channel.CreateBounded<AnomalyEvent>(
            new BoundedChannelOptions(_capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Interlocked.Increment(ref _dropped));
        ImmutableInterlocked.Update(ref _readers, static (all, added) => all.Add(added), reader);
        try
        {
            await foreach (AnomalyEvent alarm in reader.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                yield return alarm;
            }
        }
        finally
        {
            ImmutableInterlocked.Update(ref _readers, static (all, gone) => all.Remove(gone), reader);
        }
    }

    internal bool Publish(AnomalyEvent alarm)
    {
        foreach (Silence silence in _silences)
        {
            if (alarm.Time >= silence.From && alarm.Time < silence.Until && alarm.Series.StartsWith(silence.Prefix, StringComparison.Ordinal))
            {
                Interlocked.Increment(ref _suppressed);
                return false;
            }
        }

        foreach (Channel<AnomalyEvent> reader in _readers)
        {
            reader.Writer.TryWrite(alarm);
        }

        return true;
    }

    private sealed record Silence(string Prefix, DateTimeOffset From, DateTimeOffset Until);
}
