using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Vouch.Observability.Slo;

namespace Vouch.Observability.Metrics;

/// <summary>Holds the metrics of a process and answers from inside it: counters, gauges, histograms and summaries, by handle or by name and tags.</summary>
/// <remarks>
/// <para>Safe for concurrent use. Recording takes no lock and, once a thread has recorded before, allocates nothing. The order of tags makes no difference.</para>
/// <para>It never holds more than its limits: what comes under further tags goes to the metric's overflow series, tagged <c>otel.metric.overflow</c>, and what comes under further names to one
/// overflow metric per kind; both show in the snapshot and are counted in <see cref="Overflowed"/>.</para>
/// </remarks>
public sealed partial class MetricRegistry : IDisposable
{
    private static readonly KeyValuePair<string, object?>[] OverflowTags = [new("otel.metric.overflow", true)];
    private readonly MetricRegistryOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly SeriesTable _table = new();
    private readonly Dictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);
    private readonly MetricFamily?[] _overflowFamilies = new MetricFamily?[4];
    private readonly List<MetricSeries> _all = [];
    private long _overflowed;

    /// <summary>Makes an empty registry.</summary>
    /// <param name="options">The limits and the window; null for the defaults.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public MetricRegistry(MetricRegistryOptions? options = null, TimeProvider? time = null)
    {
        _options = options ?? new MetricRegistryOptions();
        ValidateOptionsResult valid = new MetricRegistryOptionsValidator().Validate(null, _options);
        if (valid.Failed)
        {
            throw new OptionsValidationException(nameof(MetricRegistryOptions), typeof(MetricRegistryOptions), valid.Failures);
        }

        _time = time ?? TimeProvider.System;
        Slice = _options.Window / _options.WindowSlices;
        _timer = _time.CreateTimer(static registry => ((MetricRegistry)registry!).Roll(), this, Slice, Slice);
    }

    /// <summary>Gets how many measurements by name, and requests for handles, met a limit and went to an overflow series.</summary>
    public long Overflowed => Interlocked.Read(ref _overflowed);

    /// <summary>Gets the number of series, overflow series included.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _all.Count;
            }
        }
    }

    internal TimeSpan Slice { get; }

    internal TimeSpan Window => _options.Window;

    /// <summary>Gives the counter of a name and tags.</summary>
    /// <param name="name">The name, such as <c>jobs.done</c>.</param>
    /// <param name="tags">The tags.</param>
    /// <returns>The series; the overflow series where a limit is reached.</returns>
    /// <exception cref="ArgumentException">The name or a tag's key is blank, or the name belongs to a metric of another kind.</exception>
    public Counter Counter(string name, params ReadOnlySpan<KeyValuePair<string, object?>> tags) => (Counter)Series(name, MetricKind.Counter, null, tags);

    /// <summary>Gives the gauge of a name and tags.</summary>
    /// <inheritdoc cref="Counter(string, ReadOnlySpan{KeyValuePair{string, object?}})"/>
    public Gauge Gauge(string name, params ReadOnlySpan<KeyValuePair<string, object?>> tags) => (Gauge)Series(name, MetricKind.Gauge, null, tags);

    /// <summary>Gives the histogram of a name and tags.</summary>
    /// <param name="name">The name, such as <c>jobs.duration</c>.</param>
    /// <param name="unit">The unit (UCUM) of a metric that is new, such as <c>s</c>; null for none. A metric keeps the unit it was made with.</param>
    /// <param name="tags">The tags.</param>
    /// <returns>The series; the overflow series where a limit is reached.</returns>
    /// <exception cref="ArgumentException">The name or a tag's key is blank, or the name belongs to a metric of another kind.</exception>
    public Histogram Histogram(string name, string? unit = null, params ReadOnlySpan<KeyValuePair<string, object?>> tags) => (Histogram)Series(name, MetricKind.Histogram, unit, tags);

    /// <summary>Gives the summary of a name and tags.</summary>
    /// <inheritdoc cref="Histogram(string, string?, ReadOnlySpan{KeyValuePair{string, object?}})"/>
    public Summary Summary(string name, string? unit = null, params ReadOnlySpan<KeyValuePair<string, object?>> tags) => (Summary)Series(name, MetricKind.Summary, unit, tags);

    /// <summary>Adds to the counter or gauge of a name and tags; a name that is new becomes a counter.</summary>
    /// <param name="name">The name.</param>
    /// <param name="step">How much.</param>
    /// <param name="tags">The tags.</param>
    /// <exception cref="ArgumentException">The name or a tag's key is blank, or the name belongs to a distribution.</exception>
    public void Add(string name, long step, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        MetricSeries series = Find(name, MetricKind.Counter, tags);
        if (series is Counter counter)
        {
            counter.Add(step);
        }
        else
        {
            (series as Gauge ?? throw OtherKind(series, MetricKind.Counter)).Add(step);
        }
    }

    /// <summary>Sets the gauge of a name and tags.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <param name="tags">The tags.</param>
    /// <exception cref="ArgumentException">The name or a tag's key is blank, or the name belongs to a metric of another kind.</exception>
    public void Set(string name, double value, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        MetricSeries series = Find(name, MetricKind.Gauge, tags);
        (series as Gauge ?? throw OtherKind(series, MetricKind.Gauge)).Set(value);
    }

    /// <summary>Records a value in the histogram or summary of a name and tags; a name that is new becomes a histogram.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <param name="tags">The tags.</param>
    /// <exception cref="ArgumentException">The name or a tag's key is blank, or the name belongs to a counter or gauge.</exception>
    public void Record(string name, double value, params ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        MetricSeries series = Find(name, MetricKind.Histogram, tags);
        (series as Distribution ?? throw OtherKind(series, MetricKind.Histogram)).Record(value);
    }

    /// <summary>Gives what all series hold. Instruments that are listened to and only observed are read now.</summary>
    public MetricsSnapshot Snapshot()
    {
        Observe();
        MetricSeries[] all;
        lock (_gate)
        {
            all = [.. _all];
        }

        MetricPoint[] points = [.. all.Select((series, order) => (series, order))
            .OrderBy(entry => entry.series.Name, StringComparer.Ordinal).ThenBy(entry => entry.series.IsOverflow).ThenBy(entry => entry.order)
            .Select(entry => entry.series.Read())];
        return new MetricsSnapshot(_time.GetUtcNow(), points, Overflowed);
    }

    /// <summary>Stops the timer and every listener. What was recorded can still be read.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        StopListening();
    }

    internal long Timestamp() => _time.GetTimestamp();

    internal TimeSpan Elapsed(long from, long to) => _time.GetElapsedTime(from, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private MetricSeries Find(string name, MetricKind kind, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        ArgumentNullException.ThrowIfNull(name);
        ulong hash = SeriesHash.Of(name, tags);
        return _table.Find(name, hash, tags) ?? Make(name, kind, null, hash, tags);
    }

    private MetricSeries Series(string name, MetricKind kind, string? unit, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        ArgumentNullException.ThrowIfNull(name);
        ulong hash = SeriesHash.Of(name, tags);
        MetricSeries series = _table.Find(name, hash, tags) ?? Make(name, kind, unit, hash, tags);
        return series.Kind == kind ? series : throw OtherKind(series, kind);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private MetricSeries Make(string name, MetricKind kind, string? unit, ulong hash, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        foreach (KeyValuePair<string, object?> tag in tags)
        {
            if (string.IsNullOrWhiteSpace(tag.Key))
            {
                throw new ArgumentException("A tag has a key.", nameof(tags));
            }
        }

        lock (_gate)
        {
            if (_table.Find(name, hash, tags) is { } made)
            {
                return made;
            }

            if (!_families.TryGetValue(name, out MetricFamily? family))
            {
                if (_families.Count >= _options.MaxMetrics)
                {
                    Interlocked.Increment(ref _overflowed);
                    family = _overflowFamilies[(int)kind] ??= new MetricFamily($"otel.metric.overflow.{kind.ToString().ToLowerInvariant()}", kind, null);
                    return family.Overflow ??= Enlist(Create(family, OverflowTags, 0, isOverflow: true));
                }

                _families[name] = family = new MetricFamily(name, kind, unit);
            }

            if (family.Count >= _options.MaxSeriesPerMetric)
            {
                Interlocked.Increment(ref _overflowed);
                return family.Overflow ??= Enlist(Create(family, OverflowTags, 0, isOverflow: true));
            }

            MetricSeries series = Enlist(Create(family, tags.ToArray(), hash, isOverflow: false));
            family.Count++;
            _table.Add(series);
            return series;
        }
    }

    private MetricSeries Enlist(MetricSeries series)
    {
        _all.Add(series);
        return series;
    }

    private MetricSeries Create(MetricFamily family, KeyValuePair<string, object?>[] tags, ulong hash, bool isOverflow) => family.Kind switch
    {
        MetricKind.Counter => new Counter(family, tags, hash, isOverflow),
        MetricKind.Gauge => new Gauge(family, tags, hash, isOverflow),
        MetricKind.Histogram => new Histogram(family, tags, hash, isOverflow),
        _ => new Summary(family, tags, hash, isOverflow, this),
    };

    private static ArgumentException OtherKind(MetricSeries series, MetricKind kind) => new($"'{series.Name}' is a {series.Kind}, not a {kind}.", nameof(kind));

    private void Roll()
    {
        Summary[] summaries;
        lock (_gate)
        {
            summaries = [.. _all.OfType<Summary>()];
        }

        foreach (Summary summary in summaries)
        {
            summary.Roll();
        }
    }
}
