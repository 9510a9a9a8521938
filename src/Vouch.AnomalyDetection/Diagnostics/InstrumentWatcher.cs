using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Options;
using Vouch.AnomalyDetection.Series;

namespace Vouch.AnomalyDetection.Diagnostics;

/// <summary>Watches the instruments of the process: each, by its tags, becomes a series of a <see cref="SeriesRegistry"/>, named <c>meter/instrument{tag=value}</c>.</summary>
/// <remarks>
/// At the end of every interval a counter gives its rate per second (0 where nothing was counted), a histogram the mean of what was recorded (no value where
/// nothing was), a gauge or up-down counter its present value. Safe for concurrent use. Reads time from the given provider only.
/// </remarks>
public sealed class InstrumentWatcher : IDisposable
{
    private readonly SeriesRegistry _registry;
    private readonly TimeProvider _time;
    private readonly InstrumentWatcherOptions _options;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<string, Sum> _sums = new(StringComparer.Ordinal);
    private readonly Lock _flushing = new();
    private readonly ITimer _timer;
    private long _passedOver;
    private long _lastFlush;

    /// <summary>Begins to watch.</summary>
    /// <param name="registry">Where the series live.</param>
    /// <param name="options">What is watched.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentNullException"><paramref name="registry"/> or <paramref name="options"/> is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public InstrumentWatcher(SeriesRegistry registry, InstrumentWatcherOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(options);
        ValidateOptionsResult valid = new InstrumentWatcherOptionsValidator().Validate(null, options);
        if (valid.Failed)
        {
            throw new OptionsValidationException(nameof(InstrumentWatcherOptions), typeof(InstrumentWatcherOptions), valid.Failures);
        }

        _registry = registry;
        _options = options;
        _time = timeProvider ?? TimeProvider.System;
        string[] meters = [.. options.Meters];
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Array.Exists(meters, meter => instrument.Meter.Name.StartsWith(meter, StringComparison.Ordinal)) && instrument.Meter.Name != AnomalyTelemetry.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Measure(instrument, value, tags));
        _listener.SetMeasurementEventCallback<float>((instrument, value, tags, _) => Measure(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Measure(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Measure(instrument, value, tags));
        _listener.SetMeasurementEventCallback<short>((instrument, value, tags, _) => Measure(instrument, value, tags));
        _listener.SetMeasurementEventCallback<byte>((instrument, value, tags, _) => Measure(instrument, value, tags));
        _listener.SetMeasurementEventCallback<decimal>((instrument, value, tags, _) => Measure(instrument, (double)value, tags));
        _lastFlush = _time.GetTimestamp();
        _listener.Start();
        _timer = _time.CreateTimer(static state => ((InstrumentWatcher)state!).Flush(), this, options.Interval, options.Interval);
    }

    /// <summary>Gets how many series are watched.</summary>
    public int Count => _sums.Count;

    /// <summary>Gets how many measurements were passed over because <see cref="InstrumentWatcherOptions.MaxSeries"/> was reached.</summary>
    public long PassedOver => Interlocked.Read(ref _passedOver);

    /// <summary>Ends the interval now: every series is given its value. The timer does this every <see cref="InstrumentWatcherOptions.Interval"/>.</summary>
    public void Flush()
    {
        lock (_flushing)
        {
            _listener.RecordObservableInstruments();
            long now = _time.GetTimestamp();
            double seconds = _time.GetElapsedTime(_lastFlush, now).TotalSeconds;
            _lastFlush = now;
            DateTimeOffset stamp = _time.GetUtcNow();
            foreach ((string name, Sum sum) in _sums)
            {
                if (sum.Take(seconds) is { } value)
                {
                    _registry.Observe(name, stamp, value);
                }
            }
        }
    }

    /// <summary>Stops watching.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        _listener.Dispose();
    }

    private void Measure(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string name = Name(instrument, tags);
        if (!_sums.TryGetValue(name, out Sum? sum))
        {
            if (_sums.Count >= _options.MaxSeries)
            {
                Interlocked.Increment(ref _passedOver);
                return;
            }

            sum = _sums.GetOrAdd(name, static (_, kind) => new Sum(kind), Kind(instrument));
        }

        sum.Add(value);
    }

    private static SumKind Kind(Instrument instrument)
    {
        Type type = instrument.GetType();
        string name = type.IsGenericType ? type.GetGenericTypeDefinition().Name : type.Name;
        return name switch
        {
            "Counter`1" => SumKind.Rate,
            "ObservableCounter`1" => SumKind.Difference,
            "Histogram`1" => SumKind.Mean,
            "UpDownCounter`1" => SumKind.Total,
            _ => SumKind.Last,
        };
    }

    private static string Name(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        string name = $"{instrument.Meter.Name}/{instrument.Name}";
        if (tags.Length == 0)
        {
            return name;
        }

        string[] parts = new string[tags.Length];
        for (int i = 0; i < tags.Length; i++)
        {
            parts[i] = string.Create(CultureInfo.InvariantCulture, $"{tags[i].Key}={tags[i].Value}");
        }

        Array.Sort(parts, StringComparer.Ordinal);
        return $"{name}{{{string.Join(',', parts)}}}";
    }

    private enum SumKind
    {
        Rate,
        Difference,
        Mean,
        Total,
        Last,
    }

    private sealed class Sum(SumKind kind)
    {
        private readonly Lock _gate = new();
        private double _sum;
        private double _before = double.NaN;
        private long _count;

        public void Add(double value)
        {
            lock (_gate)
            {
                _sum = kind is SumKind.Difference or SumKind.Last ? value : _sum + value;
                _count++;
            }
        }

        public double? Take(double seconds)
        {
            lock (_gate)
            {
                double sum = _sum;
                long count = _count;
                _count = 0;
                switch (kind)
                {
                    case SumKind.Rate:
                        _sum = 0;
                        return seconds > 0 ? sum / seconds : null;
                    case SumKind.Mean:
                        _sum = 0;
                        return count > 0 ? sum / count : null;
                    case SumKind.Difference:
                        double before = _before;
                        _before = sum;

                        // A counter that starts anew has no difference.
                        return count > 0 && seconds > 0 && sum >= before ? (sum - before) / seconds : null;
                    default:
                        return count > 0 || kind == SumKind.Total ? sum : null;
                }
            }
        }
    }
}
