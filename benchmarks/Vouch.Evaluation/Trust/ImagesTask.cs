using System.Globalization;
using Vouch.Statistics.Intervals;
using Vouch.TrustEngine.Imaging;

namespace Vouch.Evaluation.Trust;

/// <summary>
/// The noise-aware frame check on finished images: honest renders are to pass, cheats to be found, at the cost of rendering a few secret crops twice.
/// </summary>
/// <remarks>
/// A verifier would render the crops itself, with seeds of its own. Finished images cannot be rendered again, so two images of the set play its renders: of the reference and the honest candidates those two that are
/// least like the candidate (a cheat made from one honest image must not be judged by that very image, whose noise it shares), never copies of one another or of the candidate. A set whose honest images all equal the
/// reference to within one level comes from a renderer without noise: the reference plays both renders. Where only one render is left, the check runs with one.
/// <c>cost</c> is the verifier's rendered pixels as a share of the frame's. A cheat is local when half of its pixels equal an honest image's; crops find those only where they hit, within the budget of `--budget`; a scan of the whole frame against one second render is told beside it. Last, patches of 16 x 16 inverted pixels are put into
/// honest frames at random: how many the scan finds, and how many crops miss beside what the planner states.
/// </remarks>
internal static class ImagesTask
{
    private const double Level = 1 / 255.0;

    public static EvaluationTask Task { get; } = new(
        "trust", "images", "Honest and forged renders judged by secret crops: [--budget SHARE] [--crop PIXELS] [--draws N] [--patches N]", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        int side = Number(run, "crop", 12), draws = Number(run, "draws", 10), patches = Number(run, "patches", 200);
        double budget = Share(run, "budget", 0.06);
        var check = new NoiseAwareFrameCheck(new FrameCheckOptions { AbsoluteTolerance = Level, RelativeTolerance = 0 });
        var scan = new FrameScan(new FrameCheckOptions { AbsoluteTolerance = Level, RelativeTolerance = 0 });
        var local = new LocalTampering(check, scan, side, patches, run.Seed);
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        var judged = new List<(string Kind, double Rejected, bool First, double Cost)>();
        var scans = new List<(string Kind, FrameOutcome Outcome)>();
        foreach (IGrouping<string, ImageEntry> set in Entries(run.Require("reference_metrics.csv")).GroupBy(entry => entry.Set))
        {
            ImageSet images = ImageSet.Load(run, set.Key, [.. set]);
            foreach (ImageEntry entry in set)
            {
                run.Progress.Report($"{entry.Set}/{entry.Name}");
                FloatImage candidate = images.Candidates[entry.Name];
                IReadOnlyList<FloatImage> renders = images.RendersFor(candidate);
                int crops = Math.Max(1, (int)(budget * images.Reference.Shape.Pixels / (renders.Count * (double)side * side)));
                FrameOutcome scanned = scan.Compare(renders[0].Shape, candidate.Pixels, renders[0].Pixels).Outcome;
                FrameVerdict[] verdicts = [.. Enumerable.Range(0, draws).AsParallel().AsOrdered().Select(draw =>
                    Judge(check, candidate, renders, crops, side, new Random(Seed(run.Seed, entry, draw))))];
                double rejected = verdicts.Count(verdict => verdict.Outcome == FrameOutcome.Invalid) / (double)draws;
                double cost = renders.Count * crops * (double)Math.Min(side, candidate.Shape.Width) * Math.Min(side, candidate.Shape.Height) / images.Reference.Shape.Pixels;
                string kind = entry.Label == "cheat" ? images.IsLocal(candidate) ? "local" : "global" : entry.Label;
                scans.Add((kind, scanned));
                judged.Add((kind, rejected, verdicts[0].Outcome == FrameOutcome.Invalid, cost));
                rows.Add(new Dictionary<string, object?>
                {
                    ["set"] = entry.Set,
                    ["candidate"] = entry.Name,
                    ["label"] = entry.Label,
                    ["verdict"] = Word(verdicts[0].Outcome),
                    ["cost"] = cost,
                    ["kind"] = kind,
                    ["rejected"] = rejected,
                    ["scan"] = Word(scanned),
                    ["reason"] = verdicts[0].Reasons is [FrameReason first, ..] ? first.Deviation.ToString() : null,
                });
            }

            local.Add(images, budget);
        }

        int honest = judged.Count(one => one.Kind == "honest"), refused = judged.Count(one => one.Kind == "honest" && one.First);
        bool held = honest == 0 || BinomialInterval.ClopperPearsonLower(refused, honest, 0.999) <= check.FalseAlarmRate;
        var summary = new Dictionary<string, object?>
        {
            ["honest_rejected"] = Mean("honest"),
            ["global_cheats_rejected"] = Mean("global"),
            ["local_cheats_rejected"] = Mean("local"),
            ["lossy_rejected"] = Mean("lossy"),
            ["cost"] = judged.Count == 0 ? double.NaN : judged.Average(one => one.Cost),
            ["false_alarm_rate"] = check.FalseAlarmRate,
            ["draws"] = draws,
            ["honest_refused_by_scan"] = Scanned("honest"),
            ["local_cheats_found_by_scan"] = Scanned("local"),
            ["patches"] = local.Patches,
            ["patches_found_by_scan"] = local.FoundByScan,
            ["miss_stated"] = local.MissStated,
            ["miss_measured"] = local.MissMeasured,
        };
        return new EvaluationResult(rows, summary, held);

        double Scanned(string kind) => scans.Where(one => one.Kind == kind).Select(one => one.Outcome == FrameOutcome.Invalid ? 1.0 : 0).DefaultIfEmpty(double.NaN).Average();

        double Mean(string kind) => judged.Where(one => one.Kind == kind).Select(one => one.Rejected).DefaultIfEmpty(double.NaN).Average();
    }

    private static FrameVerdict Judge(NoiseAwareFrameCheck check, FloatImage candidate, IReadOnlyList<FloatImage> renders, int crops, int side, Random random)
    {
        ImageShape shape = renders[0].Shape;
        CropPlan plan = CropPlanner.Plan(shape.Width, shape.Height, Math.Min(side, shape.Width), Math.Min(side, shape.Height), crops, random);
        return check.Check([.. plan.Crops.Select(crop => new FrameCrop(
            crop,
            shape.Channels,
            candidate.Shape == shape ? crop.CopyFrom(candidate.Pixels, shape) : [],
            [.. renders.Select(render => (ReadOnlyMemory<float>)crop.CopyFrom(render.Pixels, shape))]))]);
    }

    private static IEnumerable<ImageEntry> Entries(string table)
    {
        string[] lines = File.ReadAllLines(table);
        int label = Array.IndexOf(lines[0].Split(','), "label"), pair = Array.IndexOf(lines[0].Split(','), "pair");
        if (label < 0 || pair < 0)
        {
            throw new MissingDataException($"'{table}' has no columns 'label' and 'pair'.");
        }

        foreach (string line in lines.Skip(1).Where(line => line.Length > 0))
        {
            string[] cells = line.Split(',');
            string[] names = cells[pair].Split('/', 2);
            yield return names.Length == 2 ? new ImageEntry(names[0], names[1], cells[label]) : throw new MissingDataException($"'{table}': pair '{cells[pair]}' is not 'set/candidate'.");
        }
    }

    private static string Word(FrameOutcome outcome) => outcome switch
    {
        FrameOutcome.Valid => "accepted",
        FrameOutcome.Invalid => "rejected",
        FrameOutcome.Suspicious => "suspicious",
        _ => "inconclusive",
    };

    // The same for the same names on every machine; string hashes differ from run to run.
    private static int Seed(int seed, ImageEntry entry, int draw)
    {
        uint mixed = (uint)seed;
        foreach (char letter in $"{entry.Set}/{entry.Name}/{draw}")
        {
            mixed = (mixed ^ letter) * 16777619;
        }

        return unchecked((int)mixed);
    }

    private static double Share(EvaluationRun run, string name, double otherwise) =>
        double.TryParse(run.Option(name, otherwise.ToString(CultureInfo.InvariantCulture)), NumberStyles.Float, CultureInfo.InvariantCulture, out double share) && share is > 0 and <= 1
            ? share
            : throw new MissingDataException($"--{name} takes a share in (0, 1], not '{run.Option(name, "")}'.");

    private static int Number(EvaluationRun run, string name, int otherwise) =>
        int.TryParse(run.Option(name, otherwise.ToString(CultureInfo.InvariantCulture)), NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new MissingDataException($"--{name} takes a whole number above 0, not '{run.Option(name, "")}'.");
}

/// <summary>A row of the metrics table.</summary>
internal sealed record ImageEntry(string Set, string Name, string Label);
