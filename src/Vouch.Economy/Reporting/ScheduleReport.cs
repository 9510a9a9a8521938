using System.Globalization;
using System.Net;
using System.Text;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Reporting;

/// <summary>Draws a schedule: a Gantt chart over the price curve with the use of the first pool, as SVG or as a page of HTML with the figures beside it.</summary>
/// <remarks>
/// Thread-safe. The output stands alone (no scripts, no links, no fonts from elsewhere), reads in light and dark, and every bar carries its explanation as a tooltip.
/// Ids and names are escaped.
/// </remarks>
public static class ScheduleReport
{
    /// <summary>The most rows of the chart; where there are more jobs, the costliest are shown and the rest is counted.</summary>
    public const int MaxRows = 200;

    private const double Left = 150;
    private const double Width = 900;
    private const double PriceHeight = 110;
    private const double LoadHeight = 60;
    private const double RowHeight = 16;
    private const double Gap = 34;

    /// <summary>Draws the chart.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <returns>An SVG document.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="schedule"/> is null.</exception>
    public static string ToSvg(Schedule schedule)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        Assignment[] rows =
        [
            .. schedule.Assignments.OrderByDescending(static place => Math.Abs(place.Cost)).ThenBy(static place => place.JobId, StringComparer.Ordinal).Take(MaxRows)
                .OrderBy(static place => place.Start).ThenBy(static place => place.JobId, StringComparer.Ordinal),
        ];
        double gantt = 20 + PriceHeight + Gap + LoadHeight + Gap + 10;
        double height = gantt + (rows.Length * RowHeight) + 44;
        var svg = new StringBuilder();
        svg.Append(Text($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Left + Width + 20:0} {height:0}" role="img" aria-label="Schedule over the price curve" font-family="system-ui, sans-serif" font-size="11">"""));
        svg.Append("<style>svg{color-scheme:light dark;--ink:light-dark(#222,#ddd);--soft:light-dark(#ddd,#444);--bar:light-dark(#2a6fb0,#6aa9e0);--price:light-dark(#c05020,#f09060);--load:light-dark(#7a9a4a,#a0c070)}text{fill:var(--ink)}.n{text-anchor:end}.g{stroke:var(--soft)}</style>");
        Days(svg, schedule.Problem.Prices, height - 30);
        Prices(svg, schedule.Problem.Prices);
        Load(svg, schedule);
        Legend(svg, gantt - 14);
        Bars(svg, schedule.Problem.Prices, rows, gantt);
        if (schedule.Assignments.Count > rows.Length)
        {
            svg.Append(Text($"""<text x="{Left:0}" y="{height - 8:0}">and {schedule.Assignments.Count - rows.Length} more jobs of lower cost</text>"""));
        }

        return svg.Append("</svg>").ToString();
    }

    /// <summary>Makes a page: the chart, and cost, bound, use of the pools, cost by priority and what was rejected as tables.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="title">The title of the page.</param>
    /// <returns>An HTML document that stands alone.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static string ToHtml(Schedule schedule, string title = "Schedule")
    {
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(title);
        var summary = new ScheduleSummary(schedule);
        var html = new StringBuilder();
        html.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>").Append(Escape(title)).Append("</title><style>");
        html.Append(":root{color-scheme:light dark}body{font:15px/1.5 system-ui,sans-serif;max-width:1100px;margin:2rem auto;padding:0 1rem}table{border-collapse:collapse;margin:1rem 0}td,th{padding:.2rem .8rem;text-align:right;border-bottom:1px solid #8884}td:first-child,th:first-child{text-align:left}svg{width:100%;height:auto}");
        html.Append("</style></head><body><h1>").Append(Escape(title)).Append("</h1>");
        Table(html, ["", ""], Totals(schedule));
        html.Append(ToSvg(schedule));
        Table(html, ["pool", "used", "at its peak"], summary.Pools.Select(static pool => new[] { pool.Name, Text($"{pool.Utilisation:P1}"), Text($"{pool.Peak:P1}") }));
        Table(html, ["priority", "jobs", "rejected", "cost"], summary.ByPriority.Select(static entry => new[] { Text($"{entry.Priority.Level}"), Text($"{entry.Jobs}"), Text($"{entry.Rejected}"), Text($"{entry.Cost:N0}") }));
        if (schedule.Rejections.Count > 0)
        {
            Table(html, ["rejected", "penalty", "reason"], schedule.Rejections.Take(MaxRows).Select(static rejection => new[] { rejection.JobId, Text($"{rejection.Penalty:N0}"), rejection.Reason }));
        }

        html.Append("<p>").Append(Escape("Lower bound: " + schedule.Bound.Method + ".")).Append("</p><p>").Append(Escape(string.Join(' ', schedule.Evidence.Reasons))).Append("</p></body></html>");
        return html.ToString();
    }

    private static IEnumerable<string[]> Totals(Schedule schedule)
    {
        yield return [$"cost ({schedule.SchedulerName})", Text($"{schedule.TotalCost:N0}")];
        yield return ["proven lower bound", Text($"{schedule.Bound.Value:N0}")];
        if (schedule.RunNowCost is { } now)
        {
            yield return ["cost of everything at once", Text($"{now:N0}")];
        }

        if (schedule.SavingCaptured is { } share)
        {
            yield return ["share of the possible saving", Text($"{share:P1}")];
        }
    }

    private static void Table(StringBuilder html, string[] head, IEnumerable<string[]> rows)
    {
        html.Append("<table><tr>");
        foreach (string cell in head)
        {
            html.Append("<th>").Append(Escape(cell)).Append("</th>");
        }

        html.Append("</tr>");
        foreach (string[] row in rows)
        {
            html.Append("<tr>");
            foreach (string cell in row)
            {
                html.Append("<td>").Append(Escape(cell)).Append("</td>");
            }

            html.Append("</tr>");
        }

        html.Append("</table>");
    }

    private static void Days(StringBuilder svg, PriceCurve prices, double bottom)
    {
        int slots = Math.Max(1, (int)Math.Ceiling(prices.SlotCount / 12.0));
        int hour = Math.Max(1, (int)Math.Round(TimeSpan.FromHours(1) / prices.SlotLength));
        int day = hour * 24;
        int step = prices.SlotCount > 2 * day ? day * Math.Max(1, slots / day) : Math.Max(1, slots);
        for (int slot = 0; slot <= prices.SlotCount; slot += step)
        {
            double x = X(prices, slot);
            svg.Append(Text($"""<path class="g" d="M{x:0.#} 12V{bottom:0.#}"/>"""));
            if (slot + (step / 2) < prices.SlotCount)
            {
                // A label at the end of the axis would be cut off.
                string label = prices.TimeOf(slot).ToString(step >= day ? "ddd MMM d" : "HH:mm", CultureInfo.InvariantCulture);
                svg.Append(Text($"""<text x="{x + 3:0.#}" y="12">{label}</text><text x="{x + 3:0.#}" y="{bottom + 2:0.#}">{label}</text>"""));
            }
        }
    }

    private static void Prices(StringBuilder svg, PriceCurve prices)
    {
        double low = Math.Min(0, prices.Lowest);
        double high = Math.Max(prices.Highest, low + 1e-12);
        double Y(double price) => 20 + (PriceHeight * (high - price) / (high - low));
        svg.Append("<path fill=\"none\" stroke=\"var(--price)\" stroke-width=\"1.5\" d=\"M");
        for (int slot = 0; slot < prices.SlotCount; slot++)
        {
            svg.Append(Text($"{X(prices, slot):0.#} {Y(prices[slot]):0.#}H{X(prices, slot + 1):0.#}"));
            svg.Append(slot + 1 < prices.SlotCount ? "L" : "");
        }

        svg.Append(Text($"""M{Left:0} {Y(0):0.#}h{Width:0}" /><text class="n" x="{Left - 8:0}" y="{26:0}">{Amount(high)}</text><text class="n" x="{Left - 8:0}" y="{Y(low):0.#}">{Amount(low)}</text><text class="n" x="{Left - 8:0}" y="{20 + (PriceHeight / 2):0.#}">price</text>"""));
        if (low < 0 && Y(0) > 40 && Y(0) < Y(low) - 14 && Math.Abs(Y(0) - 20 - (PriceHeight / 2)) > 14)
        {
            svg.Append(Text($"""<text class="n" x="{Left - 8:0}" y="{Y(0) + 4:0.#}">0</text>"""));
        }
    }

    private static void Load(StringBuilder svg, Schedule schedule)
    {
        PriceCurve prices = schedule.Problem.Prices;
        ResourcePool pool = schedule.Problem.Pools[0];
        IReadOnlyList<double> load = schedule.LoadOf();
        double most = Math.Max(pool.Capacity, 1e-12);
        double bottom = 20 + PriceHeight + Gap + LoadHeight;
        var used = new StringBuilder(Text($"M{Left:0} {bottom:0.#}"));
        var held = new StringBuilder();
        for (int slot = 0; slot < load.Count; slot++)
        {
            used.Append(Text($"V{bottom - (LoadHeight * load[slot] / most):0.#}H{X(prices, slot + 1):0.#}"));
            held.Append(Text($"{(slot == 0 ? 'M' : 'L')}{X(prices, slot):0.#} {bottom - (LoadHeight * pool.CapacityAt(slot) / most):0.#}H{X(prices, slot + 1):0.#}"));
        }

        svg.Append(Text($"""<path fill="var(--load)" fill-opacity=".5" d="{used}V{bottom:0.#}Z"/><path fill="none" stroke="var(--ink)" stroke-dasharray="3 3" d="{held}"/>"""));
        svg.Append(Text($"""<text class="n" x="{Left - 8:0}" y="{bottom - LoadHeight + 10:0.#}">{Amount(pool.Capacity)}</text><text class="n" x="{Left - 8:0}" y="{bottom:0.#}">0</text>"""));
        svg.Append(Text($"""<text class="n" x="{Left - 8:0}" y="{bottom - (LoadHeight / 2):0.#}">{Escape(Shorten(pool.Name))}</text>"""));
    }

    private static void Bars(StringBuilder svg, PriceCurve prices, Assignment[] rows, double top)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            double y = top + (i * RowHeight);
            string tip = Escape(rows[i].Explain());
            svg.Append(Text($"""<g><title>{tip}</title><text class="n" x="{Left - 8:0}" y="{y + 11:0.#}">{Escape(Shorten(rows[i].JobId))}</text>"""));
            double from = X(prices, rows[i].Job.Release);
            double to = X(prices, Math.Min(rows[i].Job.Deadline, prices.SlotCount));
            svg.Append(Text($"""<rect x="{from:0.#}" y="{y + 6:0.#}" width="{to - from:0.#}" height="2" fill="var(--soft)"/>"""));
            foreach (Segment piece in rows[i].Segments)
            {
                double x = X(prices, piece.Start);
                svg.Append(Text($"""<rect x="{x:0.#}" y="{y + 1:0.#}" width="{Math.Max(1, X(prices, piece.End) - x):0.#}" height="{RowHeight - 4:0.#}" rx="2" fill="var(--bar)"/>"""));
            }

            svg.Append("</g>");
        }
    }

    /// <summary>Says what the marks mean.</summary>
    private static void Legend(StringBuilder svg, double y)
    {
        svg.Append(Text($"""<g class="k"><path stroke="var(--price)" stroke-width="1.5" d="M{Left:0} {y - 4:0}h18"/><text x="{Left + 23:0}" y="{y:0}">price</text>"""));
        svg.Append(Text($"""<path fill="var(--load)" fill-opacity=".5" d="M{Left + 80:0} {y - 9:0}h18v10h-18z"/><text x="{Left + 103:0}" y="{y:0}">used, capacity dashed</text>"""));
        svg.Append(Text($"""<path fill="var(--bar)" d="M{Left + 250:0} {y - 9:0}h18v10h-18z"/><text x="{Left + 273:0}" y="{y:0}">runs</text>"""));
        svg.Append(Text($"""<path stroke="var(--soft)" stroke-width="2" d="M{Left + 330:0} {y - 4:0}h18"/><text x="{Left + 353:0}" y="{y:0}">from release to deadline</text></g>"""));
    }

    /// <summary>A number without an exponent, short enough for a margin.</summary>
    private static string Amount(double value) => Math.Abs(value) switch
    {
        0 => "0",
        >= 1e7 or < 1e-3 => value.ToString("G3", CultureInfo.InvariantCulture),
        >= 100 => value.ToString("N0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };

    private static double X(PriceCurve prices, int slot) => Left + (Width * slot / prices.SlotCount);

    private static string Shorten(string text) => text.Length <= 20 ? text : string.Concat(text.AsSpan(0, 19), "…");

    private static string Escape(string text) => WebUtility.HtmlEncode(new string([.. text.Where(static c => c >= ' ' || c is '\t')]));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
