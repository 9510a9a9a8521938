using Vouch.Observability.Metrics;
using Vouch.Observability.Slo;

namespace PackageExamples;

/// <summary>The program that the README of Vouch.Observability quotes.</summary>
public static class ObservabilityExample
{
    /// <summary>Runs it.</summary>
    public static void Run()
    {
        #region readme
        using var metrics = new MetricRegistry();
        using var slos = new SloEngine();
        SloTracker quick = slos.Declare("renders: 99% < 250ms over 7d");
        Histogram duration = metrics.Histogram("render.duration", "s");
        duration.Feed(quick);

        // Two thousand tiles, of which one in fifty is slow.
        var random = new Random(1);
        for (int tile = 0; tile < 2_000; tile++)
        {
            duration.Record(tile % 50 == 0 ? 0.9 : 0.1 + (0.1 * random.NextDouble()));
        }

        SloStatus status = quick.Status();
        Console.WriteLine($"p99 {duration.ToSketch().Quantile(0.99)} s; {status.Budget.Bad} of {status.Budget.Total} too slow");
        Console.WriteLine($"budget left: {status.Budget.RemainingOfPeriod:P1} of the period; {status.Exhaustion.Explanation}");
        foreach (AlertStatus alert in status.Alerts)
        {
            Console.WriteLine($"{alert.Alert}: {alert.Explanation}");
        }
        #endregion
    }

    /// <summary>Objectives from instruments that a host has already, and from OpenSLO.</summary>
    public static void RunOnInstruments()
    {
        #region instruments
        using var slos = new SloEngine();
        SloTracker success = slos.Declare("calls: 99.9% over 30d");
        slos.Watch(success, "System.Net.Http", "http.client.request.duration", static (_, tags) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                if (tag.Key == "http.response.status_code")
                {
                    return tag.Value is >= 500 ? EventVerdict.Bad : EventVerdict.Good;
                }
            }

            // No status: there was no answer.
            return EventVerdict.Bad;
        });
        slos.AlertChanged += static change => Console.WriteLine($"{change.Objective}: {change.Alert} is {change.To}");
        Console.WriteLine(slos.Report().ToText());
        #endregion
    }
}
