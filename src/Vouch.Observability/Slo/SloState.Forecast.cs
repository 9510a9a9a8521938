using System.Globalization;
using Vouch.Core.Models;

namespace Vouch.Observability.Slo;

internal sealed partial class SloState
{
    private const string Method = "homogeneous look back, overdispersed counts";

    private ExhaustionForecast Forecast(ErrorBudget budget)
    {
        double remaining = budget.RemainingEvents;
        if (budget.Bad > 0 && remaining <= 0)
        {
            return new ExhaustionForecast(ExhaustionAnswer.IsSpent, null, Text($"The budget is spent: {budget.Bad} bad events, {budget.Bad + remaining:F1} were allowed."));
        }

        // In slots while all that was watched is remembered so finely, in buckets of the period after that.
        bool fine = CoveredSlots <= _windows.Remembered;
        SlotWindows history = fine ? _windows : _period;
        TimeSpan length = fine ? Resolution : _bucketSlots * Resolution;
        var slots = new (long Total, long Bad)[(int)Math.Min(history.Remembered, fine ? CoveredSlots : int.MaxValue)];
        for (int i = 0; i < slots.Length; i++)
        {
            slots[^(i + 1)] = history.Slot(i);
        }

        var model = new ExhaustionModel(slots, (int)Math.Max(1, TimeSpan.TicksPerDay / length.Ticks));
        if (remaining <= 0 || model.Forecast(budget, budget.Covered / length, Objective.Period / length) is not { } forecast)
        {
            return new ExhaustionForecast(ExhaustionAnswer.InsufficientEvidence, null, Text($"{budget.Bad} bad events so far: fewer than {ExhaustionModel.FewestEvents} say nothing about a pace."));
        }

        double hours = forecast.Slots * length.TotalHours;
        string pace = Text($"{forecast.Events} bad events in the last {Durations.Format(forecast.LookBack * length)}, the longest look back with a steady pace");
        if (hours > Objective.Period.TotalHours)
        {
            return new ExhaustionForecast(ExhaustionAnswer.NotWithinPeriod, null, Text($"Not within the period: {pace}; at that pace it would take {hours:F1} h."));
        }

        var interval = new ConfidenceInterval(hours, Math.Min(hours, forecast.Lower * length.TotalHours), Math.Max(hours, forecast.Upper * length.TotalHours), ExhaustionModel.Confidence, Method, forecast.Events);
        return new ExhaustionForecast(ExhaustionAnswer.WillBeSpent, interval, Text($"In {hours:F1} h (90 %: {interval.Lower:F1} to {interval.Upper:F1} h): {pace}."));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
