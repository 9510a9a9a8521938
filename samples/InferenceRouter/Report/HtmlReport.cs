using System.Globalization;
using System.Net;
using System.Text;
using InferenceRouter.Replaying;
using Vouch.Optimizer.Guarantees;

namespace InferenceRouter.Report;

/// <summary>One page that holds everything: no script, no font, no picture from elsewhere.</summary>
internal static class HtmlReport
{
    private const string Style = """
        :root { color-scheme: light dark; --ground: #f5f5f2; --card: #fff; --text: #1b1d22; --quiet: #5b606b; --line: #dcdcd6; --grid: #ebebe6; --accent: #2a59c8; --good: #17693f; --good-soft: #e2f2e8; --bad: #b3261e; --bad-soft: #fbe6e3; --warn-soft: #fbeed6; --warn: #8a5200; --fair: #9aa1ad; }
        @media (prefers-color-scheme: dark) { :root { --ground: #101216; --card: #191c22; --text: #e9eaee; --quiet: #a3a9b6; --line: #2e333d; --grid: #262a33; --accent: #86abff; --good: #5fd39b; --good-soft: #14301f; --bad: #ff8d84; --bad-soft: #3a1917; --warn-soft: #34270d; --warn: #f0be5c; --fair: #6d7482; } }
        * { box-sizing: border-box; } body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.55 system-ui, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; }
        main { max-width: 1040px; margin: 0 auto; padding: 28px 20px; } h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 6px; letter-spacing: -.015em; } h2 { font-size: 1.2rem; margin: 0 0 8px; } p { margin: 0 0 12px; max-width: 78ch; }
        section { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 20px 24px; margin: 18px 0; } .quiet { color: var(--quiet); }
        .verdict { padding: 14px 18px; border-radius: 12px; font-size: 1.1rem; } .verdict.good { background: var(--good-soft); color: var(--good); } .verdict.bad { background: var(--bad-soft); color: var(--bad); } .verdict.warn { background: var(--warn-soft); color: var(--warn); }
        .facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 14px; margin: 16px 0 0; } .facts dt { color: var(--quiet); font-size: .85rem; } .facts dd { margin: 0; font-size: 1.5rem; font-weight: 620; font-variant-numeric: tabular-nums; }
        .chart { width: 100%; height: auto; font-size: 12px; } .chart text { fill: var(--text); } .chart .quiet { fill: var(--quiet); } .chart .grid { stroke: var(--grid); } .chart .label { font-size: 11.5px; paint-order: stroke; stroke: var(--card); stroke-width: 3px; }
        .chart polyline { fill: none; } .hull { stroke: var(--accent); stroke-width: 2; } .promise { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 6 4; } .ideal { stroke: var(--quiet); stroke-dasharray: 4 4; }
        .point { fill: var(--accent); opacity: .55; } .single { fill: var(--fair); } .routed { fill: var(--good); stroke: var(--card); stroke-width: 2; } .routed.bad { fill: var(--bad); } .bin { fill: var(--accent); opacity: .75; }
        table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .93rem; } th { text-align: left; color: var(--quiet); font-weight: 500; } th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); } td.n, th.n { text-align: right; white-space: nowrap; } .scroll { overflow-x: auto; }
        .share { display: inline-block; height: .7em; background: var(--accent); border-radius: 3px; vertical-align: baseline; } pre { white-space: pre-wrap; overflow-wrap: anywhere; font: .82rem/1.5 ui-monospace, Menlo, Consolas, "Liberation Mono", monospace; margin: 0; } .legend span { margin-right: 18px; white-space: nowrap; } .key { display: inline-block; width: .8em; height: .8em; border-radius: 50%; margin-right: 6px; }
        """;

    public static string Build(ReplayResult result)
    {
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width, initial-scale=1'><title>Router report: {Text(result.Table.Name)}</title><style>{Style}</style></head><body><main>")
            .Append(CultureInfo.InvariantCulture, $"<h1>Routing {result.Measured:N0} queries of {Text(result.Table.Name)}</h1>")
            .Append(CultureInfo.InvariantCulture, $"<p class='quiet'>Fitted on {result.Train:N0} queries, certified on {result.Calibrated:N0} others, measured on {result.Measured:N0} that neither had seen. {result.Table.Registry.Count} endpoints, seed {result.Request.Seed}.</p>");
        if (result.Table.IsSynthetic)
        {
            page.Append("<p class='verdict warn'>Synthetic data: endpoints, queries and outcomes are made up to show how the router works. They say nothing about real models.</p>");
        }

        Verdict(page, result);
        Frontier(page, result);
        Endpoints(page, result);
        Reliability(page, result);
        Tests(page, result);
        page.Append(CultureInfo.InvariantCulture, $"<section><h2>One decision, explained</h2><p class='quiet'>{result.Identical:N0} of {result.Replayed:N0} decisions came out the same, bit for bit, when made again from their records.</p><pre>{Text(result.Sample.Explain())}</pre></section>");
        return page.Append("</main></body></html>\n").ToString();
    }

    private static void Verdict(StringBuilder page, ReplayResult result)
    {
        CalibrationArtefact calibration = result.Calibration;
        string certified = calibration.CertifiedPolicy is null ? "The evidence certifies no policy, so the safe endpoint served." : $"The policy “{calibration.CertifiedPolicy}” was certified beforehand.";
        page.Append("<section>").Append(CultureInfo.InvariantCulture, $"<p class='verdict {(result.IsPromiseKept ? "good" : "bad")}'><b>Promise {(result.IsPromiseKept ? "kept" : "broken")}.</b> Promised: {Text(calibration.Guarantee.ToString())}, that is {result.Promised:0.0000} here. Measured: {result.Routed.Quality:0.0000}. {Text(certified)}</p>")
            .Append("<dl class='facts'>");
        Fact("Saved against the best single", $"{100 * result.Saving:0.0} %");
        Fact("Cost per 1,000 queries", $"${result.Routed.CostPerThousand:0.000}");
        Fact($"Best single: {result.Best.Name}", $"${result.Best.CostPerThousand:0.000}");
        Fact("Decisions per second, one core", $"{result.Speed.PerSecond:N0}");
        Fact("One decision, median / p99", $"{result.Speed.Median.TotalMicroseconds:0} / {result.Speed.SlowestInAHundred.TotalMicroseconds:0} µs");
        Fact("Fitting", $"{result.FitSeconds:0.0} s");
        Fact("Watched online", $"{(result.IsMonitorQuiet ? "no alarm" : "alarm")}");
        page.Append("</dl></section>");

        void Fact(string name, FormattableString value) => page.Append(CultureInfo.InvariantCulture, $"<div><dt>{Text(name)}</dt><dd>{Text(FormattableString.Invariant(value))}</dd></div>");
    }

    private static void Frontier(StringBuilder page, ReplayResult result)
    {
        MeasuredPoint[] singles = [.. result.Endpoints.Select(static endpoint => new MeasuredPoint(endpoint.Endpoint, endpoint.CostPerThousand, endpoint.Quality))];
        MeasuredPoint[] all = [.. result.Frontier, .. singles, result.Routed];
        double low = all.Min(static point => point.Quality);
        double high = Math.Max(all.Max(static point => point.Quality), result.Promised);
        double dear = all.Max(static point => point.CostPerThousand) * 1.04;
        var chart = new SvgChart(960, 460, (0, dear), (low - (0.06 * (high - low)), high + (0.06 * (high - low))));
        chart.Axes("cost per 1,000 queries, USD", "quality (mean score)", static x => x.ToString("0.###", CultureInfo.InvariantCulture), static y => y.ToString("0.00", CultureInfo.InvariantCulture))
            .Line([(0, result.Promised), (dear, result.Promised)], "promise")
            .Line(result.Hull.Select(static point => (point.CostPerThousand, point.Quality)), "hull");
        foreach (MeasuredPoint point in result.Frontier)
        {
            chart.Dot(point.CostPerThousand, point.Quality, 4, "point", Describe(point));
        }

        foreach (MeasuredPoint point in singles)
        {
            chart.Dot(point.CostPerThousand, point.Quality, 5, "single", Describe(point), point.Name, point.CostPerThousand > 0.75 * dear);
        }

        chart.Dot(result.Routed.CostPerThousand, result.Routed.Quality, 8, result.IsPromiseKept ? "routed" : "routed bad", Describe(result.Routed), "router", result.Routed.CostPerThousand > 0.75 * dear);
        page.Append("<section><h2>Cost and quality</h2><p class='quiet legend'><span><i class='key' style='background:var(--good)'></i>the certified router</span><span><i class='key' style='background:var(--accent)'></i>other price sensitivities, and their hull</span><span><i class='key' style='background:var(--fair)'></i>single endpoints</span><span><i class='key' style='background:var(--bad)'></i>the promise</span></p>")
            .Append(chart.End("Cost and quality of the router and of single endpoints")).Append("</section>");
    }

    private static void Endpoints(StringBuilder page, ReplayResult result)
    {
        page.Append("<section><h2>Where the queries went</h2><div class='scroll'><table><tr><th>endpoint</th><th>tier</th><th class='n'>quality alone</th><th class='n'>USD per 1,000</th><th class='n'>share</th><th></th><th></th></tr>");
        foreach (EndpointShare row in result.Endpoints.OrderByDescending(static row => row.Share))
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(row.Endpoint)}</td><td>{Text(row.Tier)}</td><td class='n'>{row.Quality:0.0000}</td><td class='n'>{row.CostPerThousand:0.000}</td><td class='n'>{100 * row.Share:0.0} %</td><td style='width:26%'><span class='share' style='width:{100 * row.Share:0.0}%'></span></td><td class='quiet'>{(row.IsDominated ? "dominated on average" : "")}</td></tr>");
        }

        page.Append("</table></div></section>");
    }

    private static void Reliability(StringBuilder page, ReplayResult result)
    {
        var chart = new SvgChart(560, 420, (0, 1), (0, 1));
        chart.Axes("predicted chance of success", "observed", static x => x.ToString("0.0", CultureInfo.InvariantCulture), static y => y.ToString("0.0", CultureInfo.InvariantCulture)).Line([(0, 0), (1, 1)], "ideal");
        int most = result.Reliability.Max(static bin => bin.Count);
        foreach (ReliabilityBin bin in result.Reliability)
        {
            chart.Dot(bin.Predicted, bin.Observed, 4 + (12 * Math.Sqrt(bin.Count / (double)most)), "bin", FormattableString.Invariant($"predicted {bin.Predicted:0.000}, observed {bin.Observed:0.000}, {bin.Count} outcomes"));
        }

        page.Append(CultureInfo.InvariantCulture, $"<section><h2>Do the predictions mean what they say?</h2><p class='quiet'>All endpoints on the measured queries, in tenths of the predicted chance; the area tells how many. Mean gap (expected calibration error): {result.CalibrationError:0.0000}.</p><div style='max-width:620px'>")
            .Append(chart.End("Reliability diagram")).Append("</div></section>");
    }

    private static void Tests(StringBuilder page, ReplayResult result)
    {
        page.Append("<section><h2>How the promise was certified</h2><p class='quiet'>Policies are tested from the safest to the cheapest on the calibration queries; the sequence ends where the evidence does.</p><div class='scroll'><table><tr><th>policy</th><th class='n'>quality</th><th class='n'>USD per 1,000</th><th class='n'>margin</th><th class='n'>p</th><th></th></tr>");
        foreach (PolicyTest test in result.Calibration.Tests)
        {
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(test.Name)}</td><td class='n'>{test.MeanQuality:0.0000}</td><td class='n'>{1_000 * test.MeanCost:0.000}</td><td class='n'>{test.Margin.Estimate:+0.0000;-0.0000}, at least {test.Margin.Lower:+0.0000;-0.0000}</td><td class='n'>{test.PValue:0.0000}</td><td>{(test.Name == result.Calibration.CertifiedPolicy ? "<b>certified, cheapest</b>" : test.Certified ? "certified" : "not certified")}</td></tr>");
        }

        page.Append(CultureInfo.InvariantCulture, $"</table></div><p class='quiet' style='margin-top:10px'>Data {Text(result.Calibration.DataDigest)}<br>Model {Text(result.Calibration.ModelDigest)}</p></section>");
    }

    private static string Describe(MeasuredPoint point) => FormattableString.Invariant($"{point.Name}: quality {point.Quality:0.0000} at ${point.CostPerThousand:0.000} per 1,000");

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
