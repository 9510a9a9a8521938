using System.Globalization;
using System.Text;

namespace Vouch.Resilience.Tests.Chaos;

/// <summary>The matrix as a page.</summary>
internal static class ChaosTable
{
    public static string Write(IReadOnlyList<ChaosCell> cells)
    {
        var page = new StringBuilder();
        page.Append(
            """
            # Chaos matrix

            This page is generated from a run of the test suite (`ChaosMatrixTests`, which also compares it): `VOUCH_APPROVE_DOCS=1` writes it anew. Everything runs in virtual time
            ([Vouch.Testing](../src/Vouch.Testing/README.md)), so that the figures are the same on every run.

            Three workers of four servers and 10 ms of service behind links of 1 ms get 150 requests a second, a quarter of what they can do; each worker is first in turn for a third of them. From
            2 to 5 s one fault strikes the first worker (a cascade goes on to the others), at an intensity that `FaultKind` documents for each kind. A request has 3 s.


            """.ReplaceLineEndings("\n"));
        foreach (ChaosPolicy policy in ChaosPolicy.All)
        {
            page.Append(CultureInfo.InvariantCulture, $"- **{policy.Name}**: {policy.What}.\n");
        }

        page.Append(
            """

            A cell shows the share of the requests begun during the fault that were answered right, and, where some request begun after it was not, for how long after it. **Bold: the oracle
            objects.** It asks, under every fault: at least the share of right answers that follows from the fault and from whether the policy turns to others (99 % where it does, unless all workers
            are down or lie; four standard errors of tolerance), no more wrong answers than lies, right again 2 s after the fault, and that no request takes more than its 3 s. A lie looks like an
            answer: no policy here can tell, verification can (`Vouch.TrustEngine`). Polly's chaos lies in no time: a policy that prefers the less busy worker then asks the liar most.


            """.ReplaceLineEndings("\n"));
        page.Append("| fault | intensity |").AppendJoin(null, ChaosPolicy.All.Select(static policy => $" {policy.Name} |"));
        page.Append("\n|---|---|").Insert(page.Length, "---|", ChaosPolicy.All.Count).Append('\n');
        foreach (IGrouping<(string Name, double Intensity), ChaosCell> row in cells.GroupBy(static cell => (cell.Row.Name, cell.Intensity)))
        {
            page.Append(CultureInfo.InvariantCulture, $"| {row.Key.Name} | {row.Key.Intensity} |").AppendJoin(null, row.Select(static cell => $" {Text(cell)} |")).Append('\n');
        }

        page.Append("\n| over all faults |").AppendJoin(null, ChaosPolicy.All.Select(static policy => $" {policy.Name} |"));
        page.Append("\n|---|").Insert(page.Length, "---|", ChaosPolicy.All.Count).Append('\n');
        AppendSummary(page, "cells without objection", cells, static of => $"{of.Count(static cell => cell.Objections.Count == 0)} of {of.Count()}");
        AppendSummary(page, "right during the fault, mean", cells, static of => Percent(of.Average(static cell => cell.Right)));
        AppendSummary(page, "right during the fault, worst", cells, static of => Percent(of.Min(static cell => cell.Right)));
        AppendSummary(page, "longest recovery", cells, static of => Seconds(of.Max(static cell => cell.Recovery)));
        AppendSummary(page, "attempts per request, mean", cells, static of => of.Average(static cell => cell.AttemptsPerRequest).ToString("F2", CultureInfo.InvariantCulture));
        return page.ToString();
    }

    private static void AppendSummary(StringBuilder page, string name, IReadOnlyList<ChaosCell> cells, Func<IEnumerable<ChaosCell>, string> figure) =>
        page.Append(CultureInfo.InvariantCulture, $"| {name} |").AppendJoin(null, ChaosPolicy.All.Select(policy => $" {figure(cells.Where(cell => cell.Policy == policy))} |")).Append('\n');

    private static string Text(ChaosCell cell)
    {
        string text = cell.Recovery > TimeSpan.Zero ? $"{Percent(cell.Right)}, {Seconds(cell.Recovery)}" : Percent(cell.Right);
        return cell.Objections.Count == 0 ? text : $"**{text}**";
    }

    private static string Percent(double share) => (100 * share).ToString("F1", CultureInfo.InvariantCulture) + " %";

    private static string Seconds(TimeSpan span) => span.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture) + " s";
}
