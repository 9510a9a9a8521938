using System.Globalization;

namespace Vouch.Observability.Slo;

/// <summary>Why an alert fires, and why it does not.</summary>
internal static class Explanations
{
    public static string Unreachable(ServiceLevelObjective objective, BurnRateAlert alert, Fraction threshold) => Text(
        $"{alert} waits for more than {threshold.ToDouble() * 100:G4} % bad events, which cannot be: with a budget of {objective.Budget.ToDouble() * 100:G4} % a failure of everything burns at {1 / objective.Budget.ToDouble():G4}. Take a burn rate below that, or a stricter target.");

    public static string Of(ServiceLevelObjective objective, BurnRateAlert rule, in CompiledAlert alert, WindowReading longReading, WindowReading shortReading, double chance, double guard, TimeSpan resolution)
    {
        double threshold = rule.Threshold(objective).ToDouble();
        string limit = Text($"{rule.BurnRate.ToDouble():G4} ({threshold * 100:G4} % bad)");
        switch (alert.State)
        {
            case AlertState.Unreachable:
                return Unreachable(objective, rule, rule.Threshold(objective));
            case AlertState.Firing:
                return Text($"Fires: {Say(longReading)} and {Say(shortReading)}, both above {limit}. By chance at the objective: {Chance(chance)}.");
            case AlertState.Pending:
                return Text($"Not yet: {Say(longReading)} and {Say(shortReading)}, both above {limit}, for {Durations.Format(Math.Max(0, alert.Held - 1) * resolution)} of {Durations.Format(rule.HoldFor)}.");
            case AlertState.HeldBack:
                return Text($"Held back: {Say(longReading)} and {Say(shortReading)}, both above {limit}, but a service exactly at its objective shows as many bad events with chance {Chance(chance)}, above the guard's {guard:G3}.");
            case AlertState.NoTraffic:
                WindowReading silent = longReading.Total == 0 ? longReading : shortReading;
                return Text($"Does not fire: there was no event in the last {Durations.Format(silent.Length)}, so nothing is known.");
            default:
                bool longAbove = alert.IsAbove(longReading.Bad, longReading.Total);
                bool shortAbove = alert.IsAbove(shortReading.Bad, shortReading.Total);
                if (longAbove)
                {
                    return Text($"Does not fire: {Say(longReading)}, above {limit}, but it is over: {Say(shortReading)}. {Missing(alert, shortReading)} would make it fire again.");
                }

                return shortAbove
                    ? Text($"Does not fire: {Say(shortReading)}, above {limit}, but it is too little so far: {Say(longReading)}. {Missing(alert, longReading)} would make it fire.")
                    : Text($"Does not fire: {Say(longReading)} and {Say(shortReading)}, neither above {limit}. {Missing(alert, longReading)} would lift the long window above it.");
        }
    }

    private static string Say(WindowReading reading) => Text($"{Durations.Format(reading.Length)} burns at {reading.BurnRate:G4} ({reading.Bad} of {reading.Total} bad)");

    private static string Chance(double chance) => chance < 1e-9 ? "below 1e-9" : Text($"{chance:G3}");

    // (bad + x) d > n (total + x), for the least whole x: every further event bad.
    private static string Missing(in CompiledAlert alert, WindowReading reading)
    {
        UInt128 have = (UInt128)(ulong)reading.Bad * alert.Denominator;
        UInt128 need = (UInt128)(ulong)reading.Total * alert.Numerator;
        UInt128 each = alert.Denominator - alert.Numerator;
        UInt128 count = need < have ? 0 : ((need - have) / each) + 1;
        return Text($"{count} more bad {(count == 1 ? "event" : "events")} at once");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
