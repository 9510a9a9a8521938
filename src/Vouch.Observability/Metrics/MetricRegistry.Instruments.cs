using System.Diagnostics.Metrics;

namespace Vouch.Observability.Metrics;

public sealed partial class MetricRegistry
{
    private readonly List<MeterListener> _listeners = [];
    private long _observationFailures;

    /// <summary>Gets how often the callback of an instrument that is only observed threw.</summary>
    public long ObservationFailures => Interlocked.Read(ref _observationFailures);

    /// <summary>
    /// Takes in what the process records with <see cref="System.Diagnostics.Metrics"/>: counters become counters, up-down counters and gauges become gauges, histograms become summaries, each under
    /// the name <c>meter/instrument</c>.
    /// </summary>
    /// <param name="meters">The beginnings of the names of the meters, such as <c>System.Net.Http</c>.</param>
    /// <returns>Ends the listening when it is disposed; so does the registry.</returns>
    /// <exception cref="ArgumentException">There is no name, or one is blank.</exception>
    public IDisposable Listen(params IReadOnlyList<string> meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        string[] names = [.. meters];
        if (names.Length == 0 || Array.Exists(names, string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException("Name at least one meter, and none blank.", nameof(meters));
        }

        var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, target) =>
        {
            if (Array.Exists(names, name => instrument.Meter.Name.StartsWith(name, StringComparison.Ordinal)))
            {
                target.EnableMeasurementEvents(instrument, new Source(this, instrument));
            }
        };
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, source) => ((Source)source!).Take(value, tags));
        listener.SetMeasurementEventCallback<float>(static (_, value, tags, source) => ((Source)source!).Take(value, tags));
        listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, source) => ((Source)source!).Take((double)value, tags));
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, source) => ((Source)source!).Take(value, tags));
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, source) => ((Source)source!).Take(value, tags));
        listener.SetMeasurementEventCallback<short>(static (_, value, tags, source) => ((Source)source!).Take(value, tags));
        listener.SetMeasurementEventCallback<byte>(static (_, value, tags, source) => ((Source)source!).Take(value, tags));
        lock (_gate)
        {
            _listeners.Add(listener);
        }

        listener.Start();
        return new Listening(this, listener);
    }

    private void Observe()
    {
        foreach (MeterListener listener in Listeners())
        {
            try
            {
                listener.RecordObservableInstruments();
            }
            catch (AggregateException failures)
            {
                Interlocked.Add(ref _observationFailures, failures.InnerExceptions.Count);
            }
        }
    }

    private void StopListening()
    {
        foreach (MeterListener listener in Listeners())
        {
            listener.Dispose();
        }
    }

    private MeterListener[] Listeners()
    {
        lock (_gate)
        {
            return [.. _listeners];
        }
    }

    private enum Meaning
    {
        Step,
        Total,
        Change,
        Last,
        Value,
    }

    /// <summary>An instrument that is listened to.</summary>
    private sealed class Source
    {
        private readonly MetricRegistry _registry;
        private readonly string _name;
        private readonly string? _unit;
        private readonly Meaning _meaning;

        public Source(MetricRegistry registry, Instrument instrument)
        {
            _registry = registry;
            _name = $"{instrument.Meter.Name}/{instrument.Name}";
            _unit = instrument.Unit;
            Type type = instrument.GetType();
            _meaning = (type.IsGenericType ? type.GetGenericTypeDefinition() : type) switch
            {
                { } counter when counter == typeof(Counter<>) => Meaning.Step,
                { } counter when counter == typeof(ObservableCounter<>) => Meaning.Total,
                { } counter when counter == typeof(UpDownCounter<>) => Meaning.Change,
                { } histogram when histogram == typeof(Histogram<>) => Meaning.Value,
                _ => Meaning.Last,
            };
        }

        public void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            MetricKind kind = _meaning switch
            {
                Meaning.Step or Meaning.Total => MetricKind.Counter,
                Meaning.Value => MetricKind.Summary,
                _ => MetricKind.Gauge,
            };
            ulong hash = SeriesHash.Of(_name, tags);

            // Of a name that belongs to another kind nothing is taken: it would throw into whoever records.
            switch (_registry._table.Find(_name, hash, tags) ?? _registry.Make(_name, kind, _unit, hash, tags))
            {
                case Counter counter when _meaning == Meaning.Total:
                    counter.Observe(value);
                    break;
                case Counter counter when _meaning == Meaning.Step:
                    if (value == Math.Truncate(value) && value is >= 0 and < 1L << 53)
                    {
                        counter.Add((long)value);
                    }
                    else
                    {
                        counter.Add(value);
                    }

                    break;
                case Gauge gauge when _meaning == Meaning.Change:
                    gauge.Add(value);
                    break;
                case Gauge gauge when _meaning == Meaning.Last:
                    gauge.Set(value);
                    break;
                case Distribution distribution when _meaning == Meaning.Value:
                    distribution.Record(value);
                    break;
            }
        }
    }

    private sealed class Listening(MetricRegistry registry, MeterListener listener) : IDisposable
    {
        public void Dispose()
        {
            lock (registry._gate)
            {
                registry._listeners.Remove(listener);
            }

            listener.Dispose();
        }
    }
}
