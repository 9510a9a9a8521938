namespace Vouch.AnomalyDetection.Correlation;

/// <summary>Turns a stream of anomalies into incidents: what follows within a quiet time belongs together.</summary>
/// <remarks>Safe for concurrent use. One incident is open at a time; a host that knows of independent groups keeps one grouper for each.</remarks>
public sealed class IncidentGrouper
{
    private readonly Lock _lock = new();
    private readonly TimeSpan _quiet;
    private readonly List<(string Metric, double Score)> _metrics = [];
    private long _id;
    private DateTimeOffset _start;
    private DateTimeOffset _last;
    private bool _open;

    /// <summary>Makes a grouper.</summary>
    /// <param name="quiet">How long nothing must happen before the next anomaly is another incident; above zero. Ten minutes by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is not above zero.</exception>
    public IncidentGrouper(TimeSpan? quiet = null)
    {
        _quiet = quiet ?? TimeSpan.FromMinutes(10);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(_quiet, TimeSpan.Zero, nameof(quiet));
    }

    /// <summary>Takes an anomaly.</summary>
    /// <param name="time">When it was seen; one earlier than the latest counts as the latest.</param>
    /// <param name="metric">The metric's name.</param>
    /// <param name="score">Its score in [0, 1].</param>
    /// <param name="closed">The incident that ended before this anomaly, if one did.</param>
    /// <returns>The incident the anomaly belongs to, as it stands now.</returns>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The score is not in [0, 1].</exception>
    public Incident Add(DateTimeOffset time, string metric, double score, out Incident? closed)
    {
        ArgumentException.ThrowIfNullOrEmpty(metric);
        if (!(score is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(score), score, "A score in [0, 1] is needed.");
        }

        lock (_lock)
        {
            closed = CloseIfQuiet(time);
            if (!_open)
            {
                _open = true;
                _id++;
                _start = time;
                _last = time;
                _metrics.Clear();
            }

            _last = time > _last ? time : _last;
            int known = _metrics.FindIndex(entry => entry.Metric == metric);
            if (known < 0)
            {
                _metrics.Add((metric, score));
            }
            else
            {
                _metrics[known] = (metric, Math.Max(score, _metrics[known].Score));
            }

            return Current();
        }
    }

    /// <summary>Closes the open incident if it has been quiet for long enough.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The incident that ended, or nothing.</returns>
    public Incident? Close(DateTimeOffset now)
    {
        lock (_lock)
        {
            return CloseIfQuiet(now);
        }
    }

    private Incident? CloseIfQuiet(DateTimeOffset now)
    {
        if (!_open || now - _last <= _quiet)
        {
            return null;
        }

        _open = false;
        return Current();
    }

    private Incident Current() => new(_id, _start, _last, [.. _metrics], _metrics.Max(static entry => entry.Score));
}
