using System.Globalization;
using System.Net;
using System.Text;

namespace Vouch.Evaluation.Resilience.Storm;

/// <summary>A page that shows at a glance which policy holds in which scenario: one cell each, the bluer the more of the scenario's best goodput.</summary>
internal static class StormHeatMap
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1b1f24; --paper: #ffffff; --muted: #6a737d; --line: #d0d7de; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --paper: #0d1117; --muted: #8b949e; --line: #30363d; } }
        body { font: 14px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
        table { border-collapse: separate; border-spacing: 2px; font-variant-numeric: tabular-nums; }
        th { font-weight: 500; text-align: right; padding: 2px 8px; white-space: nowrap; }
        thead th { writing-mode: vertical-rl; transform: rotate(180deg); text-align: left; padding: 8px 2px; }
        tr.ours th { font-weight: 700; }
        td { width: 3.6rem; height: 2.1rem; text-align: center; border-radius: 3px; line-height: 1.15; }
        td small { display: block; font-size: 0.72em; }
        p, li { color: var(--muted); max-width: 60rem; }
        """;

    /// <summary>Writes the page.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="cells">What was measured here, and the published figures of other policies.</param>
    public static void Write(string path, IReadOnlyCollection<Cell> cells)
    {
        string[] scenarios = [.. cells.Where(static cell => cell.IsOurs).Select(static cell => cell.Scenario).Distinct()];
        var best = cells.GroupBy(static cell => cell.Scenario).ToDictionary(static group => group.Key, static group => Math.Max(1e-9, group.Max(static cell => cell.Goodput)));
        var rows = cells.Where(cell => scenarios.Contains(cell.Scenario))
            .GroupBy(static cell => cell.Policy)
            .Select(group => (Policy: group.Key, IsOurs: group.Any(static cell => cell.IsOurs), Cells: group.ToDictionary(static cell => cell.Scenario), Mean: group.Average(cell => Share(cell, best))))
            .OrderByDescending(static row => row.Mean);

        var page = new StringBuilder();
        page.Append("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Storms: policies and scenarios</title><style>").Append(Style).Append("</style></head><body>");
        page.Append("<h1>Which policy holds in which storm</h1><p>Goodput during the fault; the bluer, the nearer to the best policy of that scenario. Below it the recovery after the fault: the median of the runs in seconds, or ")
            .Append("<b>never</b> if a run did not recover. Policies in bold were measured in this run, the others are the published reference figures. Ordered by the mean share of the best.</p><table><thead><tr><th></th>");
        foreach (string scenario in scenarios)
        {
            page.Append("<th>").Append(WebUtility.HtmlEncode(scenario)).Append("</th>");
        }

        page.Append("<th>mean share of the best</th></tr></thead><tbody>");
        foreach (var row in rows)
        {
            page.Append(row.IsOurs ? "<tr class=\"ours\"><th>" : "<tr><th>").Append(WebUtility.HtmlEncode(row.Policy)).Append("</th>");
            foreach (string scenario in scenarios)
            {
                if (row.Cells.TryGetValue(scenario, out Cell? cell))
                {
                    AppendCell(page, cell, Share(cell, best));
                }
                else
                {
                    page.Append("<td>–</td>");
                }
            }

            page.Append(CultureInfo.InvariantCulture, $"<td>{row.Mean:0.000}</td></tr>");
        }

        page.Append("</tbody></table></body></html>");
        File.WriteAllText(path, page.ToString());
    }

    private static double Share(Cell cell, Dictionary<string, double> best) => Math.Clamp(cell.Goodput / best[cell.Scenario], 0, 1);

    private static void AppendCell(StringBuilder page, Cell cell, double share)
    {
        // One hue from light to dark: readable without telling red from green, in both colour schemes.
        double lightness = 94 - (58 * share);
        string ink = lightness < 62 ? "#ffffff" : "#10243d";
        string recovery = cell.Unrecovered > 0 ? "<b>never</b>" : cell.Recovery.ToString("0.#", CultureInfo.InvariantCulture) + " s";
        string title = string.Create(CultureInfo.InvariantCulture, $"{cell.Policy}, {cell.Scenario}: goodput {cell.Goodput:0.0000}, recovery {cell.Recovery:0.#} s, {cell.Unrecovered} runs unrecovered, wasted {cell.Wasted:0.000}, {cell.Amplification:0.00} attempts per request");
        page.Append(CultureInfo.InvariantCulture, $"<td style=\"background:hsl(212 70% {lightness:0}%);color:{ink}\" title=\"{WebUtility.HtmlEncode(title)}\">{cell.Goodput:0.000}<small>{recovery}</small></td>");
    }

    /// <summary>How a policy did in a scenario.</summary>
    internal sealed record Cell(string Scenario, string Policy, double Goodput, double Recovery, int Unrecovered, double Wasted, double Amplification, bool IsOurs)
    {
        /// <summary>Reads the published figures beside the scenarios; none where the file is missing.</summary>
        public static IEnumerable<Cell> ReadReference(string path)
        {
            if (!File.Exists(path))
            {
                yield break;
            }

            string[] names = [];
            foreach (string line in File.ReadLines(path))
            {
                string[] fields = line.Split(',');
                if (names.Length == 0)
                {
                    names = fields;
                    continue;
                }

                yield return new Cell(
                    fields[Array.IndexOf(names, "scenario")],
                    fields[Array.IndexOf(names, "policy")],
                    Number("goodput_during"),
                    Number("recovery_s_median"),
                    (int)Number("unrecovered_runs"),
                    Number("wasted_work"),
                    Number("amplification"),
                    IsOurs: false);

                double Number(string name) => double.Parse(fields[Array.IndexOf(names, name)], CultureInfo.InvariantCulture);
            }
        }
    }
}
