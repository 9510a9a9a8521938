namespace RenderFarm.Report;

/// <content>The strips of the watch.</content>
internal static partial class HtmlReport
{
    /// <summary>What takes a tenth or ten times as long as usual is drawn at the edge.</summary>
    private const double WatchReach = 10;

    private static void AddWatch(HtmlBuilder html, WatchChart watch)
    {
        html.AddMarkup("<p class=\"intro\">While the job ran, two detectors watched each worker: how long its tiles take compared with what the pool's latest took (the dots; up is slower, the lines are half, as long and twice), and whether they pass checks (✓ and ✗ below). A bar marks the tile from which on a worker is another, as far as these two tell. The watch suspends nobody: checks do.</p>\n");
        html.AddMarkup("<ul class=\"keys watch\"><li class=\"honest\">honest tile</li><li class=\"forged\">forged tile: the watch did not know, this report does</li><li class=\"turned\">turned, says the watch</li></ul>\n");
        if (watch.Findings.Count > 0)
        {
            html.AddMarkup("<ul class=\"reasons\">");
            foreach (string finding in watch.Findings)
            {
                html.Add($"<li>{finding}</li>");
            }

            html.AddMarkup("</ul>\n");
        }

        int longest = Math.Max(8, watch.Strips.Max(static strip => strip.Tiles.Count));
        html.AddMarkup("<div class=\"strips\">\n");
        foreach (WatchStrip strip in watch.Strips)
        {
            AddStrip(html, strip, longest);
        }

        html.AddMarkup("</div>\n");
    }

    private static void AddStrip(HtmlBuilder html, WatchStrip strip, int longest)
    {
        const double left = 10;
        const double width = 460;
        const double middle = 40;
        const double reach = 34;
        const double marks = 92;
        double X(int tile) => left + (width * (tile + 0.5) / longest);
        double Y(double ofUsual) => middle - (reach * Math.Clamp(Math.Log(ofUsual) / Math.Log(WatchReach), -1, 1));
        string found = strip.Turns.Count == 0 ? "no turn found" : string.Join(", ", strip.Turns.Select(static turn => Invariant($"{turn.Sign} from tile {turn.Tile}, told after {turn.ToldAfter}")));
        html.Add($"<article class=\"strip\"><h3>{strip.Worker}</h3><p class=\"by\">{found}</p><svg class=\"watched\" viewBox=\"0 0 480 100\" role=\"img\" aria-label=\"{strip.Worker}: {strip.Tiles.Count} tiles, {found}\">");
        foreach (double line in (ReadOnlySpan<double>)[0.5, 1, 2])
        {
            html.Add($"<line class=\"{(line == 1 ? "axis" : "grid")}\" x1=\"{left:0.#}\" x2=\"{left + width:0.#}\" y1=\"{Y(line):0.#}\" y2=\"{Y(line):0.#}\"/>");
        }

        foreach (WatchTurn turn in strip.Turns)
        {
            double x = X(turn.Tile - 1) - (width / longest / 2);
            html.Add($"<line class=\"turn\" x1=\"{x:0.#}\" x2=\"{x:0.#}\" y1=\"2\" y2=\"96\"><title>{turn.Sign} from tile {turn.Tile}, told after {turn.ToldAfter}</title></line>");
        }

        for (int index = 0; index < strip.Tiles.Count; index++)
        {
            WatchTile tile = strip.Tiles[index];
            string state = tile.WasForged ? "forged" : "honest";
            html.Add($"<g><title>tile {index + 1}, {tile.Unit}: {tile.OfUsual:0.00} of the usual time, {(tile.Passed switch { true => "passed its checks", false => "failed a check", _ => "not checked" })}</title><circle class=\"{state}\" cx=\"{X(index):0.#}\" cy=\"{Y(tile.OfUsual):0.#}\" r=\"4\"/>");
            html.Add($"<text class=\"{(tile.Passed == false ? "failed" : "passed")}\" x=\"{X(index):0.#}\" y=\"{marks:0.#}\" text-anchor=\"middle\">{(tile.Passed switch { true => "✓", false => "✗", _ => "·" })}</text></g>");
        }

        html.Add($"</svg><p class=\"truth {(strip.IsCheater ? "cheat" : "fair")}\">{strip.Truth}</p></article>\n");
    }
}
