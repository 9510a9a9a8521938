using RenderFarm.Imaging;
using RenderFarm.Report;
using RenderFarm.Scenes;
using RenderFarm.Tracing;
using RenderFarm.Workers;
using Vouch.Core.Models;

namespace RenderFarm.Tests.Report;

/// <summary>A report with every part filled, from small pictures rendered on the spot and figures made up to look like a run.</summary>
internal static class SampleReport
{
    private static readonly RenderScene Scene = CornellBox.Build();

    /// <param name="size">The side of the final picture.</param>
    /// <param name="samples">Its paths per pixel.</param>
    public static async Task<ReportModel> BuildAsync(int size, int samples)
    {
        ImageTile final = Renderer.Render(Scene, Scene.Camera, size, size, new Rect(0, 0, size, size), samples, 6, 1, CancellationToken.None, threads: 2);
        return new ReportModel
        {
            Title = "Cornell box, rendered by workers who cheat",
            Subtitle = "64 tiles of 32 × 32 pixels, 64 samples per pixel, on 12 workers of which 4 lie.",
            PromiseHeld = true,
            Verdict = "None of the 64 accepted tiles is wrong; promised was a share of at most 0.1 %.",
            MadeAt = new DateTimeOffset(2026, 3, 1, 12, 30, 0, TimeSpan.Zero),
            Final = ToPicture(final, "The Cornell box as accepted"),
            Facts =
            [
                new("Tiles accepted", "64 of 64"), new("Wrong tiles", "0", "by the workers' own diaries"), new("Cheaters identified", "4 of 4"),
                new("Replication factor", "1.31×", "work done over work needed"), new("Cost", "0.47 EUR", "proven bound 0.46 EUR"), new("Time", "38.2 s", "on 2 cores"),
            ],
            Promise = new(0.001, 64, 0, 0.0006, 0.95, "the chances left over at acceptance, summed over the tiles", "Each tile was accepted only once the chance that it is wrong had fallen below the budget. Afterwards the workers' diaries were opened and counted."),
            Gallery = await GalleryAsync(size),
            Workers =
            [
                new("worker-01", WorkerVerdict.Trusted, 9, 9, 14, 0, null, false, "honest"),
                new("worker-02", WorkerVerdict.Suspended, 6, 1, 2, 4, "4 of 6 checks failed", true, "forges 60 % of its tiles together with a partner, pixel for pixel alike"),
                new("worker-03", WorkerVerdict.Lost, 4, 4, 5, 0, "crashed after 4 tiles", false, "honest, but crashes after 4 tiles and stays dead"),
                new("worker-04", WorkerVerdict.Unproven, 2, 2, 2, 0, null, false, "honest"),
            ],
            Reputations = Reputations(),
            Watch = new(
                [
                    new("worker-01", false, [.. Enumerable.Range(0, 9).Select(static tile => new WatchTile($"tile-{tile:000}", 0.9 + (0.05 * (tile % 5)), true, false))], [], "honest"),
                    new("worker-02", true, [.. Enumerable.Range(0, 9).Select(static tile => new WatchTile($"tile-{9 + tile:000}", tile < 6 ? 1.1 : 0.25, tile < 6 ? true : tile < 8 ? false : null, tile >= 6))], [new(7, 8, "failed checks"), new(7, 9, "latency")], "honest for 6 tiles, then too few samples"),
                ],
                ["worker-02 takes 0.23 times as long as before from its tile 7 (tile-015) on."]),
            Schedule = Schedule(),
            Cost = new(
                1.31,
                [new("Accepted work", 64, "64.0 tiles"), new("Rejected forgeries", 11, "11.0 tiles"), new("Second opinions", 4, "4.0 tiles"), new("Checks (secret crops)", 4.8, "4.8 tiles")],
                [new("Checks made", "141"), new("Pixels re-rendered", "3.1 %"), new("False alarms", "0 of 83 honest tiles")],
                "Work that was paid for but did not end up in the picture is the price of not having to trust anyone."),
            Decision = new(
                "full resolution, 64 samples per pixel, 6 bounces",
                ["It is the cheapest configuration whose predicted quality stays above the target of 0.95 SSIM.", "The forecast rests on a pilot of 4 and 16 samples per pixel."],
                [new("half resolution, 128 spp", "0.91 [0.90, 0.92]", "0.31 EUR", "misses the target"), new("full resolution, 128 spp", "0.97 [0.96, 0.98]", "0.92 EUR", "meets the target at twice the cost")],
                "pilot: 4 spp 0.21 s, 16 spp 0.83 s\nnoise slope -0.50"),
            Log = new(
                161, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", true, "vouch.example/render-farm\n161\nn4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=\n",
                new(42, "{\"unit\":\"tile-042\",\"worker\":\"worker-01\"}", "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae", ["fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9", "baa5a0964d3320fbc0c6a922140453c8513ea24ab8fd0577034804a967248096"])),
            Timeline =
            [
                new(TimeSpan.FromSeconds(0.4), EventTone.Neutral, "Scene analysed: 32 triangles, 1 light."), new(TimeSpan.FromSeconds(3.1), EventTone.Bad, "worker-02 sent a forgery of tile-007: two checks failed."),
                new(TimeSpan.FromSeconds(9.8), EventTone.Warning, "worker-03 crashed; its tile went to worker-01."), new(TimeSpan.FromSeconds(12), EventTone.Bad, "worker-02 suspended."), new(TimeSpan.FromSeconds(38.2), EventTone.Good, "All 64 tiles accepted."),
            ],
            Settings = [new("Workers", "12"), new("Cheaters", "33 %"), new("Scene", "cornell"), new("Quality", "0.95 SSIM"), new("Profile", "Balanced"), new("Error budget", "0.001"), new("Seed", "1")],
        };
    }

    public static Picture ToPicture(ImageTile tile, string description) =>
        new(PngFile.ToDataUri(PngFile.Encode(ToneMap.Encode(tile, Scene.Exposure), tile.Region.Width, tile.Region.Height)), tile.Region.Width, tile.Region.Height, description);

    private static async Task<IReadOnlyList<Exhibit>> GalleryAsync(int size)
    {
        var exhibits = new List<Exhibit>();
        foreach (Misconduct kind in Enum.GetValues<Misconduct>().Where(kind => kind != Misconduct.None))
        {
            int side = size / 4;
            var unit = new TileUnit(new WorkUnitId($"tile-{exhibits.Count:000}"), new FrameInfo(size, size), new Rect(side * (1 + (exhibits.Count % 2)), side * 2, side, side), 32, 6);
            TileImage sent = await new RenderWorker(new WorkerId("w"), Scene, 1, new Opportunist(9, 1, kind)).ExecuteAsync(unit, CancellationToken.None);
            TileImage honest = await new RenderWorker(new WorkerId("v"), Scene, 1).ExecuteAsync(unit, CancellationToken.None);
            byte[] map = DifferenceMap.Draw(honest.AsImage(), sent.AsImage(), Scene.Exposure);
            var difference = new Picture(PngFile.ToDataUri(PngFile.Encode(map, side, side)), side, side, "Where they differ");
            var drawable = sent with { Rgb = sent.Rgb.Length == 3 * sent.Region.PixelCount ? sent.Rgb : [.. sent.Rgb, 0, 0, 0] };
            exhibits.Add(new Exhibit(
                $"worker-{2 + (exhibits.Count % 3):00}", unit.Id.Value, Misdeeds.Name(kind), "caught: 2 of 2 checks failed", true,
                ToPicture(drawable.AsImage(), "What was sent"), ToPicture(honest.AsImage(), "What was accepted"), difference,
                DifferenceMap.Mean(honest.AsImage(), sent.AsImage(), Scene.Exposure), "worker-01"));
        }

        return exhibits;
    }

    private static ReputationChart Reputations()
    {
        var random = new Random(4);
        var series = new List<ReputationSeries>();
        for (int worker = 1; worker <= 12; worker++)
        {
            bool cheater = worker % 3 == 2;
            var points = new List<ChartPoint>();
            double good = 1;
            double bad = 0.4;
            double? suspended = null;
            for (double x = random.Next(6); x < 150; x += 4 + random.Next(16))
            {
                points.Add(new ChartPoint(x, Math.Min(1, (bad + 0.7) / (good + bad))));
                if (suspended is not null)
                {
                    break;
                }

                bool lie = cheater && random.NextDouble() < 0.5 && x > worker;
                good += lie ? 0 : 1;
                bad += lie ? 1 : 0;
                if (bad > 3)
                {
                    suspended = x;
                }
            }

            series.Add(new ReputationSeries($"worker-{worker:00}", cheater, points, suspended));
        }

        return new ReputationChart("results received", "Upper bound of the error probability", series, 0.6, "suspended above");
    }

    private static ScheduleChart Schedule()
    {
        double[] prices = [.. Enumerable.Range(0, 48).Select(hour => 0.12 + (0.07 * Math.Sin((hour - 9) * Math.PI / 12)) + (0.015 * Math.Cos(hour)))];
        ScheduleBar[] bars = [.. Enumerable.Range(0, 26).Select(job => new ScheduleBar($"row {job}", 1 + (job % 5) + (job / 9 * 24 % 25), 1 + (job % 3), 0.01 * (1 + job)))];
        return new ScheduleChart(prices, "EUR per worker-hour", bars, 36, new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), 1, "0.47 EUR in the cheapest free hours; no schedule costs less than 0.46 EUR (gap 1.4 %).");
    }
}
