using System.Globalization;
using System.Net;
using System.Text;

namespace Vouch.AnomalyDetection.Backtesting;

/// <summary>The page of a report: one chart in SVG and a table, no script, nothing loaded from elsewhere.</summary>
internal sealed class BacktestPage
{
    private const int Width = 1_200;
    private const int Height = 420;
    private const int Margin = 60;

    // A column of the chart shows the lowest and highest of its values: no spike is lost.
    private const int Columns = Width - (2 * Margin);

    private readonly BacktestReport _report;
    private readonly double _low;
    private readonly double _high;

    public BacktestPage(BacktestReport report)
    {
        _report = report;
        double low = double.PositiveInfinity;
        double high = double.NegativeInfinity;
        foreach (BacktestPoint point in report.Points)
        {
            if (double.IsFinite(point.Value))
            {
                low = Math.Min(low, point.Value);
                high = Math.Max(high, point.Value);
            }
        }

        (_low, _high) = low <= high ? (low, high) : (0, 1);
    }

    public void Write(TextWriter writer)
    {
        string title = WebUtility.HtmlEncode(_report.Name);
        writer.Write($$"""
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{title}}</title><style>
            body{font:14px system-ui,sans-serif;margin:2em;color:#222}svg{max-width:100%;height:auto}table{border-collapse:collapse}td,th{padding:.2em .8em;text-align:right;border-bottom:1px solid #ddd}
            .band{fill:#cfe3f7;stroke:none}.value{stroke:#1f4e79;fill:none;stroke-width:1}.alarm{stroke:#c0392b;stroke-width:1.5}.axis{stroke:#999}text{font-size:12px;fill:#555}
            </style></head><body><h1>{{title}}</h1>
            """);
        writer.Write(Text($"<p>{_report.Points.Count} rows, {_report.Missing} missing, {_report.Span.TotalDays:0.0} days. {_report.Alarms.Count} alarms: {_report.AlarmsPerWeek:0.00} a week, budget {_report.Budget:0.##} false ones a week.</p>"));
        WriteChart(writer);
        writer.Write("<table><tr><th>time (UTC)</th><th>value</th><th>usual</th><th>severity</th><th>reasons</th><th>score</th></tr>");
        foreach (BacktestAlarm alarm in _report.Alarms)
        {
            writer.Write(Text($"<tr><td>{alarm.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}</td><td>{alarm.Value:G6}</td><td>{alarm.Judgement.Lower:G6} to {alarm.Judgement.Upper:G6}</td><td>{alarm.Judgement.Severity}</td><td>{alarm.Judgement.Reasons}</td><td>{alarm.Judgement.Score:0.000}</td></tr>"));
        }

        writer.Write("</table></body></html>");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void WriteChart(TextWriter writer)
    {
        writer.Write(Text($"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"values, expected band and alarms\">"));
        int columns = Math.Min(Columns, Math.Max(1, _report.Points.Count));
        var upper = new StringBuilder();
        var lower = new List<string>();
        var values = new StringBuilder();
        for (int column = 0; column < columns; column++)
        {
            int from = (int)((long)column * _report.Points.Count / columns);
            int to = (int)((long)(column + 1) * _report.Points.Count / columns);
            double low = double.PositiveInfinity;
            double high = double.NegativeInfinity;
            double bandLow = double.PositiveInfinity;
            double bandHigh = double.NegativeInfinity;
            for (int i = from; i < to; i++)
            {
                BacktestPoint point = _report.Points[i];
                bandLow = Math.Min(bandLow, point.Judgement.Lower);
                bandHigh = Math.Max(bandHigh, point.Judgement.Upper);
                if (double.IsFinite(point.Value))
                {
                    low = Math.Min(low, point.Value);
                    high = Math.Max(high, point.Value);
                }
            }

            double x = X(from);
            if (bandLow <= bandHigh)
            {
                upper.Append(Text($"{x:0.#},{Y(bandHigh):0.#} "));
                lower.Add(Text($"{x:0.#},{Y(bandLow):0.#} "));
            }

            if (low <= high)
            {
                values.Append(Text($"{(values.Length == 0 ? 'M' : 'L')}{x:0.#} {Y(high):0.#}V{Y(low):0.#}"));
            }
        }

        lower.Reverse();
        writer.Write($"<polygon class=\"band\" points=\"{upper}{string.Concat(lower)}\"/><path class=\"value\" d=\"{values}\"/>");
        foreach (BacktestAlarm alarm in _report.Alarms)
        {
            writer.Write(Text($"<line class=\"alarm\" x1=\"{X(alarm.Row):0.#}\" x2=\"{X(alarm.Row):0.#}\" y1=\"{Margin / 2}\" y2=\"{Height - Margin}\"><title>{alarm.Time.UtcDateTime:yyyy-MM-dd HH:mm} {alarm.Judgement.Severity}</title></line>"));
        }

        writer.Write(Text($"<line class=\"axis\" x1=\"{Margin}\" x2=\"{Width - Margin}\" y1=\"{Height - Margin}\" y2=\"{Height - Margin}\"/>"));
        writer.Write(Text($"<text x=\"4\" y=\"{Y(_high):0}\">{_high:G4}</text><text x=\"4\" y=\"{Y(_low):0}\">{_low:G4}</text>"));
        if (_report.Points.Count > 0)
        {
            writer.Write(Text($"<text x=\"{Margin}\" y=\"{Height - 30}\">{_report.Points[0].Time.UtcDateTime:yyyy-MM-dd HH:mm}</text><text x=\"{Width - Margin - 100}\" y=\"{Height - 30}\">{_report.Points[^1].Time.UtcDateTime:yyyy-MM-dd HH:mm}</text>"));
        }

        writer.Write("</svg>");
    }

    private double X(int row) => Margin + (row * (double)(Width - (2 * Margin)) / Math.Max(1, _report.Points.Count - 1));

    private double Y(double value)
    {
        double share = _high > _low ? Math.Clamp((value / 2 - _low / 2) / (_high / 2 - _low / 2), -0.02, 1.02) : 0.5;
        return Height - Margin - (share * (Height - (1.5 * Margin)));
    }
}
