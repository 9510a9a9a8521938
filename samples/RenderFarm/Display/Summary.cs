using Spectre.Console;
using Vouch.Execution.Results;

namespace RenderFarm.Display;

/// <summary>The last words of a run: the promise, what was measured, who was caught.</summary>
internal static class Summary
{
    public static void Write(FarmResult result, string picture, string report)
    {
        JobReport job = result.Report;
        MeasuredTruth truth = result.Truth;
        var table = new Table().Border(TableBorder.Rounded).HideHeaders();
        table.AddColumn("");
        table.AddColumn("");
        Row("Outcome", $"{job.Outcome}: {job.Accepted} of {result.Units.Count} tiles accepted{(job.Restored > 0 ? $", {job.Restored} of them by an earlier run" : "")}");
        Row("Promised", FormattableString.Invariant($"an accepted tile is wrong with a chance of at most {result.Request.ErrorBudget:P2}; the model says {job.ExpectedErrorShare:P4}"));
        Row("Measured", FormattableString.Invariant($"{truth.WrongUnits.Count} of {truth.Accepted} accepted tiles are forgeries (95 % upper bound {truth.WrongUpper:P2})"));
        Row("Cheaters", $"{truth.CheatersCaught} of {truth.Cheaters} that cheated on a tenth of their tiles or more are suspended");
        Row("Honest", FormattableString.Invariant($"{truth.HonestRejected} of {truth.HonestTiles} honest tiles rejected; {truth.WronglySuspended.Count} honest workers suspended"));
        CostBreakdown cost = job.Cost;
        Row("Cost", FormattableString.Invariant($"{cost.Total:0.00} EUR, {cost.ReplicationFactor:0.00} times the accepted work alone"));
        Row("Expected", FormattableString.Invariant($"before the first tile: {result.Forecast.Honest.Factor:0.00} times if nobody cheats, {result.Forecast.Assumed.Factor:0.00} times if {result.Forecast.AssumedShare:P0} do"));
        Row("Verification", FormattableString.Invariant(
            $"{cost.Checks / cost.Accepted:P0} of the accepted work for checks, {cost.Rejected / cost.Accepted:P0} for refused tiles, {cost.Replicas / cost.Accepted:P0} for spare ones"));
        Row("Audit log", $"{job.LogHead.Size} entries, root {job.LogHead.RootHash.ToString()[..16]}…, {(result.Log.IsIntact ? "verified" : "DAMAGED")}");
        Row("Picture", picture);
        Row("Report", report);
        Row("Time", FormattableString.Invariant($"{result.Duration.TotalSeconds:0.0} s"));
        AnsiConsole.Write(table);

        void Row(string name, string text) => table.AddRow(new Text(name, new Style(decoration: Decoration.Bold)), new Text(text));
    }
}
