using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Vouch.Observability.Diagnostics;

namespace Vouch.Observability.Slo;

public sealed partial class SloEngine
{
    private readonly List<MeterListener> _listeners = [];

    /// <summary>Feeds an objective from an instrument of <see cref="System.Diagnostics.Metrics"/>, now and whenever it is published: the code that records stays as it is.</summary>
    /// <param name="tracker">The objective.</param>
    /// <param name="meter">The name of the meter, such as <c>System.Net.Http</c>.</param>
    /// <param name="instrument">The name of the instrument, such as <c>http.client.request.duration</c>: a histogram, gauge or counter, not one that is only observed.</param>
    /// <param name="classify">Says which measurements are good and which are bad, by value and tags; null to compare each value with the objective's threshold. Of a counter it is needed.</param>
    /// <returns>Ends the watch when it is disposed; so does the engine.</returns>
    /// <exception cref="ArgumentException">A name is blank, or the objective has neither a threshold nor a classifier.</exception>
    /// <remarks>Values are converted from the instrument's unit into the threshold's. An instrument whose unit measures something else is refused with a log entry and counts nothing.</remarks>
    public IDisposable Watch(SloTracker tracker, string meter, string instrument, EventClassifier? classify = null)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        ArgumentException.ThrowIfNullOrWhiteSpace(meter);
        ArgumentException.ThrowIfNullOrWhiteSpace(instrument);
        if (classify is null && (tracker.Objective.Indicator.Within ?? tracker.Objective.Indicator).Kind != IndicatorKind.Threshold)
        {
            throw new ArgumentException($"The objective '{tracker.Name}' has no threshold: a classifier has to say which measurements are good.", nameof(classify));
        }

        var listener = new MeterListener();
        listener.InstrumentPublished = (published, target) =>
        {
            if (published.Name == instrument && published.Meter.Name == meter && !published.IsObservable && Feed(published, tracker, classify) is { } feed)
            {
                target.EnableMeasurementEvents(published, feed);
            }
        };
        listener.SetMeasurementEventCallback<double>(static (_, value, tags, feed) => Take(feed, value, tags));
        listener.SetMeasurementEventCallback<float>(static (_, value, tags, feed) => Take(feed, value, tags));
        listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, feed) => Take(feed, (double)value, tags));
        listener.SetMeasurementEventCallback<long>(static (_, value, tags, feed) => Take(feed, value, tags));
        listener.SetMeasurementEventCallback<int>(static (_, value, tags, feed) => Take(feed, value, tags));
        listener.SetMeasurementEventCallback<short>(static (_, value, tags, feed) => Take(feed, value, tags));
        listener.SetMeasurementEventCallback<byte>(static (_, value, tags, feed) => Take(feed, value, tags));
        lock (_gate)
        {
            _listeners.Add(listener);
        }

        listener.Start();
        return new InstrumentWatch(this, listener);
    }

    private static void Take(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var feed = (InstrumentFeed)state!;
        feed.Tracker.Take(value, feed.IsCount, feed.Factor, feed.Classify, tags);
    }

    private InstrumentFeed? Feed(Instrument instrument, SloTracker tracker, EventClassifier? classify)
    {
        try
        {
            Type type = instrument.GetType();
            bool isCount = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Counter<>);
            return isCount && classify is null
                ? throw new ArgumentException($"'{instrument.Name}' is a counter: a classifier has to say which of its steps are good.", nameof(classify))
                : new InstrumentFeed(tracker, isCount, classify is null ? tracker.FactorFor(instrument.Name, instrument.Unit) : 1, classify);
        }
        catch (ArgumentException exception)
        {
            // Thrown into whoever happens to publish the instrument it would hit the wrong one.
            Log.InstrumentRefused(_logger, tracker.Name, exception.Message);
            return null;
        }
    }

    private void StopWatching()
    {
        MeterListener[] listeners;
        lock (_gate)
        {
            listeners = [.. _listeners];
            _listeners.Clear();
        }

        foreach (MeterListener listener in listeners)
        {
            listener.Dispose();
        }
    }

    private sealed record InstrumentFeed(SloTracker Tracker, bool IsCount, double Factor, EventClassifier? Classify);

    [SuppressMessage("Reliability", "CA2213:Disposable fields should be disposed", Justification = "The listener is disposed; the engine is not this object's.")]
    private sealed class InstrumentWatch(SloEngine engine, MeterListener listener) : IDisposable
    {
        public void Dispose()
        {
            lock (engine._gate)
            {
                engine._listeners.Remove(listener);
            }

            listener.Dispose();
        }
    }
}
