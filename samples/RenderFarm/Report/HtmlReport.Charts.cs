namespace RenderFarm.Report;

/// <content>The charts, drawn as SVG.</content>
internal static partial class HtmlReport
{
    private static readonly int[] LabelSteps = [1, 2, 3, 6, 12, 24];

    private static readonly double[] RoundSteps = [1, 1.5, 2, 3, 5, 7.5, 10];

    private static void AddPromise(HtmlBuilder html, PromiseFigures promise, bool held)
    {
        string state = held ? "good" : "bad";
        html.AddMarkup("<div class=\"split\"><div class=\"pair\">");
        html.Add($"<p class=\"big\"><b>≤ {Percent(promise.Promised)}</b><span>promised share of wrong tiles</span></p>");
        html.Add($"<p class=\"big {state}\"><b>{Percent(promise.Measured)}</b><span>measured: {promise.Wrong} of {promise.Accepted} accepted tiles</span></p></div>");
        html.Add($"<p>{promise.Text}</p></div>\n");

        // A number line from 0 to the largest of the three figures, with a margin.
        double scale = 1.15 * Math.Max(promise.Promised, Math.Max(promise.Measured, promise.UpperBound));
        const double left = 12;
        const double width = 876;
        double At(double value) => left + (width * Math.Clamp(value / scale, 0, 1));
        html.Add($"<div class=\"scroll\"><svg class=\"chart\" viewBox=\"0 0 900 82\" role=\"img\" aria-label=\"Promised at most {Percent(promise.Promised)}, measured {Percent(promise.Measured)}, upper bound {Percent(promise.UpperBound)}\">");
        html.Add($"<rect class=\"allowed\" x=\"{left:0.#}\" y=\"34\" width=\"{At(promise.Promised) - left:0.#}\" height=\"20\" rx=\"3\"/>");
        html.Add($"<line class=\"axis\" x1=\"{left:0.#}\" x2=\"{left + width:0.#}\" y1=\"54\" y2=\"54\"/>");
        html.Add($"<line class=\"whisker {state}\" x1=\"{At(promise.Measured):0.#}\" x2=\"{At(promise.UpperBound):0.#}\" y1=\"44\" y2=\"44\"/><line class=\"whisker {state}\" x1=\"{At(promise.UpperBound):0.#}\" x2=\"{At(promise.UpperBound):0.#}\" y1=\"38\" y2=\"50\"/>");
        html.Add($"<circle class=\"dot {state}\" cx=\"{At(promise.Measured):0.#}\" cy=\"44\" r=\"6\"/>");
        html.Add($"<line class=\"limit\" x1=\"{At(promise.Promised):0.#}\" x2=\"{At(promise.Promised):0.#}\" y1=\"26\" y2=\"58\"/>");
        string side = At(promise.Promised) > 500 ? "end" : "start";
        html.Add($"<text x=\"{At(promise.Promised):0.#}\" y=\"20\" text-anchor=\"{side}\">promised: at most {Percent(promise.Promised)}</text>");
        string bound = At(promise.UpperBound) > 500 ? "end" : "start";
        html.Add($"<text class=\"quiet\" x=\"{At(promise.UpperBound):0.#}\" y=\"74\" text-anchor=\"{bound}\">upper bound {Percent(promise.UpperBound)} at {100 * promise.Confidence:0.#} % confidence</text>");
        html.Add($"<text class=\"quiet\" x=\"{left:0.#}\" y=\"74\">0</text></svg></div>\n<p class=\"note\">Upper bound: {promise.Method}.</p>\n");
    }

    private static void AddReputations(HtmlBuilder html, ReputationChart chart)
    {
        const double left = 46;
        const double right = 780;
        const double top = 14;
        const double bottom = 320;
        double lastX = Math.Max(1e-9, chart.Series.SelectMany(static series => series.Points).Select(static point => point.X).DefaultIfEmpty(1).Max());
        double topY = NiceCeiling(chart.Series.SelectMany(static series => series.Points).Select(static point => point.Y).Append(chart.Threshold ?? 0).Max());
        double X(double value) => left + ((right - left) * Math.Clamp(value / lastX, 0, 1));
        double Y(double value) => bottom - ((bottom - top) * Math.Clamp(value / topY, 0, 1));
        html.Add($"<p class=\"intro\">{chart.YLabel}, over {chart.XLabel}. Point at a line to single it out.</p>\n<ul class=\"keys\"><li class=\"fair\">honest workers</li><li class=\"cheat\">cheaters, one colour each: the farm did not know, this report does</li><li class=\"stop\">suspended</li></ul>\n");
        html.Add($"<div class=\"scroll\"><svg class=\"chart lines\" id=\"lines\" viewBox=\"0 0 900 366\" role=\"img\" aria-label=\"Lines of {chart.YLabel} per worker over {chart.XLabel}\">");
        for (int tick = 0; tick <= 5; tick++)
        {
            double value = topY * tick / 5;
            html.Add($"<line class=\"grid\" x1=\"{left:0.#}\" x2=\"{right:0.#}\" y1=\"{Y(value):0.#}\" y2=\"{Y(value):0.#}\"/><text class=\"quiet\" x=\"{left - 8:0.#}\" y=\"{Y(value) + 4:0.#}\" text-anchor=\"end\">{value:0.###}</text>");
        }

        foreach (double value in Ticks(lastX, 8))
        {
            html.Add($"<text class=\"quiet\" x=\"{X(value):0.#}\" y=\"{bottom + 18:0.#}\" text-anchor=\"middle\">{value:0.##}</text>");
        }

        html.Add($"<text class=\"quiet\" x=\"{(left + right) / 2:0.#}\" y=\"{bottom + 40:0.#}\" text-anchor=\"middle\">{chart.XLabel}</text>");
        if (chart.Threshold is { } threshold)
        {
            html.Add($"<line class=\"limit\" x1=\"{left:0.#}\" x2=\"{right:0.#}\" y1=\"{Y(threshold):0.#}\" y2=\"{Y(threshold):0.#}\"/><text class=\"halo\" x=\"{right - 6:0.#}\" y=\"{Y(threshold) - 6:0.#}\" text-anchor=\"end\">{chart.ThresholdLabel}</text>");
        }

        // The honest first, so that the coloured lines lie on top.
        var drawn = new List<(ReputationSeries Series, string Class, double End)>();
        int colour = 0;
        foreach (ReputationSeries series in chart.Series.Where(static series => series.Points.Count > 0).OrderBy(static series => series.IsCheater).ThenBy(static series => series.Worker, StringComparer.Ordinal))
        {
            drawn.Add((series, series.IsCheater ? Invariant($"cheat c{colour++ % 6}") : "fair", Y(series.Points[^1].Y)));
        }

        double[] labels = SpreadLabels([.. drawn.Select(static line => line.End)], top + 4, bottom + 4, 14);
        for (int index = 0; index < drawn.Count; index++)
        {
            (ReputationSeries series, string style, double end) = drawn[index];
            var path = new System.Text.StringBuilder();
            for (int point = 0; point < series.Points.Count; point++)
            {
                path.Append(point == 0
                    ? Invariant($"M{X(series.Points[0].X):0.#} {Y(series.Points[0].Y):0.#}")
                    : Invariant($"H{X(series.Points[point].X):0.#}V{Y(series.Points[point].Y):0.#}"));
            }

            path.Append(Invariant($"H{right:0.#}"));
            html.Add($"<g class=\"line {style}\" tabindex=\"0\" data-name=\"{series.Worker}\"><title>{series.Worker}: ends at {series.Points[^1].Y:0.0000}</title><path class=\"reach\" d=\"{path.ToString()}\"/><path class=\"stroke\" d=\"{path.ToString()}\"/>");
            if (series.SuspendedAt is { } suspended)
            {
                double at = series.Points.LastOrDefault(point => point.X <= suspended, series.Points[0]).Y;
                html.Add($"<text class=\"stop\" x=\"{X(suspended):0.#}\" y=\"{Y(at) + 5:0.#}\" text-anchor=\"middle\">✕</text>");
            }

            html.Add($"<path class=\"leader\" d=\"M{right:0.#} {end:0.#}L{right + 14:0.#} {labels[index]:0.#}\"/><text class=\"name\" x=\"{right + 18:0.#}\" y=\"{labels[index] + 4:0.#}\">{series.Worker}</text></g>");
        }

        html.AddMarkup("</svg></div>\n");
    }

    private static void AddSchedule(HtmlBuilder html, ScheduleChart schedule)
    {
        const double left = 46;
        const double width = 842;
        const double priceTop = 12;
        const double priceBottom = 132;
        const double lanesTop = 166;
        int slots = schedule.SlotPrices.Count;
        double slotWidth = width / slots;
        double high = NiceCeiling(schedule.SlotPrices.Append(0).Max());
        double low = Math.Min(0, schedule.SlotPrices.Min());
        double Y(double price) => priceBottom - ((priceBottom - priceTop) * (price - low) / Math.Max(1e-12, high - low));
        (List<(ScheduleBar Bar, int Lane)> lanes, int laneCount) = Pack(schedule.Bars, slots);
        double laneHeight = Math.Clamp(260.0 / Math.Max(1, laneCount), 4, 20);
        double height = lanesTop + (laneCount * laneHeight) + 30;
        html.Add($"<p class=\"intro\">{schedule.Summary}</p>\n<div class=\"scroll\"><svg class=\"chart\" viewBox=\"0 0 900 {height:0.#}\" role=\"img\" aria-label=\"Price per slot, and below it the jobs in the slots they were put into\">");
        bool[] used = new bool[slots];
        foreach ((ScheduleBar bar, _) in lanes)
        {
            for (int slot = Math.Max(0, bar.StartSlot); slot < Math.Min(slots, bar.StartSlot + bar.Slots); slot++)
            {
                used[slot] = true;
            }
        }

        for (int tick = 0; tick <= 3; tick++)
        {
            double value = low + ((high - low) * tick / 3);
            html.Add($"<line class=\"grid\" x1=\"{left:0.#}\" x2=\"{left + width:0.#}\" y1=\"{Y(value):0.#}\" y2=\"{Y(value):0.#}\"/><text class=\"quiet\" x=\"{left - 8:0.#}\" y=\"{Y(value) + 4:0.#}\" text-anchor=\"end\">{value:0.##}</text>");
        }

        for (int slot = 0; slot < slots; slot++)
        {
            double price = schedule.SlotPrices[slot];
            double y = Math.Min(Y(price), Y(0));
            string style = used[slot] ? "price used" : "price";
            html.Add($"<rect class=\"{style}\" x=\"{left + (slot * slotWidth) + 0.5:0.##}\" y=\"{y:0.#}\" width=\"{Math.Max(0.5, slotWidth - 1):0.##}\" height=\"{Math.Max(1, Math.Abs(Y(price) - Y(0))):0.#}\"><title>{SlotName(schedule, slot)}: {price:0.####} {schedule.PriceUnit}</title></rect>");
        }

        int every = Array.Find(LabelSteps, step => step * slotWidth >= 46) is > 0 and var found ? found : 24;
        for (int slot = 0; slot < slots; slot += every)
        {
            html.Add($"<text class=\"quiet\" x=\"{left + (slot * slotWidth):0.#}\" y=\"{priceBottom + 18:0.#}\">{SlotName(schedule, slot)}</text>");
        }

        foreach ((ScheduleBar bar, int lane) in lanes)
        {
            double x = left + (Math.Max(0, bar.StartSlot) * slotWidth);
            double barWidth = Math.Max(2, (bar.Slots * slotWidth) - 1);
            double y = lanesTop + (lane * laneHeight);
            html.Add($"<g><title>{bar.Label}: {SlotName(schedule, bar.StartSlot)}, {bar.Slots} slots, cost {bar.Cost:0.####}</title><rect class=\"job\" x=\"{x + 0.5:0.##}\" y=\"{y:0.#}\" width=\"{barWidth:0.##}\" height=\"{laneHeight - 1:0.#}\" rx=\"2\"/>");
            if (laneHeight >= 14 && barWidth > 8 * bar.Label.Length)
            {
                html.Add($"<text class=\"job\" x=\"{x + 5:0.#}\" y=\"{y + laneHeight - 6:0.#}\">{bar.Label}</text>");
            }

            html.AddMarkup("</g>");
        }

        if (schedule.DeadlineSlot is { } deadline && deadline <= slots)
        {
            double x = left + (deadline * slotWidth);
            html.Add($"<line class=\"limit\" x1=\"{x:0.#}\" x2=\"{x:0.#}\" y1=\"{priceTop:0.#}\" y2=\"{height - 22:0.#}\"/><text x=\"{x:0.#}\" y=\"{height - 8:0.#}\" text-anchor=\"{(deadline > slots / 2 ? "end" : "start")}\">deadline</text>");
        }

        html.Add($"<text class=\"quiet\" x=\"{left:0.#}\" y=\"{height - 8:0.#}\">bars above: {schedule.PriceUnit}, filled where work runs; bars below: jobs</text></svg></div>\n");
    }

    /// <summary>Puts each bar into the first lane that is free at its start.</summary>
    private static (List<(ScheduleBar Bar, int Lane)> Lanes, int Count) Pack(IReadOnlyList<ScheduleBar> bars, int slots)
    {
        var packed = new List<(ScheduleBar, int)>();
        var free = new List<int>();
        foreach (ScheduleBar bar in bars.Where(bar => bar.StartSlot < slots && bar.StartSlot + bar.Slots > 0).OrderBy(static bar => bar.StartSlot).ThenBy(static bar => bar.Label, StringComparer.Ordinal))
        {
            int lane = free.FindIndex(end => end <= bar.StartSlot);
            if (lane < 0)
            {
                lane = free.Count;
                free.Add(0);
            }

            free[lane] = bar.StartSlot + bar.Slots;
            packed.Add((bar, lane));
        }

        return (packed, free.Count);
    }

    private static string SlotName(ScheduleChart schedule, int slot)
    {
        if (schedule.FirstSlot is not { } first)
        {
            return Invariant($"{slot * schedule.SlotHours:0.#} h");
        }

        DateTimeOffset at = first.AddHours(slot * schedule.SlotHours);
        return schedule.SlotPrices.Count * schedule.SlotHours > 24 && at is { Hour: 0, Minute: 0 } ? Invariant($"{at:MMM d}") : Invariant($"{at:HH:mm}");
    }

    /// <summary>Moves labels apart along a line until none is nearer to the next than <paramref name="gap"/>, keeping their order.</summary>
    private static double[] SpreadLabels(double[] wanted, double low, double high, double gap)
    {
        int[] order = [.. Enumerable.Range(0, wanted.Length).OrderBy(index => wanted[index]).ThenBy(static index => index)];
        double[] placed = [.. wanted];
        double next = low;
        foreach (int index in order)
        {
            placed[index] = Math.Max(wanted[index], next);
            next = placed[index] + gap;
        }

        next = high;
        foreach (int index in order.Reverse())
        {
            placed[index] = Math.Min(placed[index], next);
            next = placed[index] - gap;
        }

        return placed;
    }

    private static double NiceCeiling(double value)
    {
        if (!(value > 0) || !double.IsFinite(value))
        {
            return 1;
        }

        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return RoundSteps.First(step => step * power >= value * 0.999999) * power;
    }

    private static IEnumerable<double> Ticks(double last, int about)
    {
        double step = NiceCeiling(last / about);
        for (double value = 0; value <= last * 1.0001; value += step)
        {
            yield return value;
        }
    }

    private static string Percent(double share) => share == 0 ? "0 %" : Invariant($"{100 * share:G3} %");
}
