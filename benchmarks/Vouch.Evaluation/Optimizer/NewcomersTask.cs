using System.Globalization;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;

namespace Vouch.Evaluation.Optimizer;

/// <summary>
/// Recorded newcomers from few labels: each is put on a model of the registry's endpoints from a random handful of train labels, and judged on the test part beside two bounds: its mean score alone
/// (what one knows without a model), and a model that was fitted on all its labels.
/// </summary>
internal static class NewcomersTask
{
    public static EvaluationTask Task { get; } = new("optimizer", "newcomers", "recorded newcomers from few labels: ranking, calibration and error (--set NAME, --labels N, --draws N)", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        string set = run.Option("set", "zeroeval");
        int labels = int.Parse(run.Option("labels", "50"), CultureInfo.InvariantCulture);
        int draws = int.Parse(run.Option("draws", "20"), CultureInfo.InvariantCulture);
        LlmData known = LlmData.Read(run, set);
        LlmData fresh = LlmData.Read(run, set, "newcomer");
        run.Progress.Report($"fitting {known.Train.Count} x {known.Endpoints.Count}");
        var trainer = new OutcomeModelTrainer(seed: 1);
        OutcomeModel model = trainer.Fit(known.Endpoints, [.. known.Train.Select(query => query.Prompt.Labels)]).Model;
        var rows = new List<IReadOnlyDictionary<string, object?>>();
        for (int e = 0; e < fresh.Endpoints.Count; e++)
        {
            run.Progress.Report(fresh.Endpoints[e]);
            LabelledPrompt[] train = Labels(fresh.Train, e);
            LabelledPrompt[] test = Labels(fresh.Test, e);
            double[] truth = [.. test.Select(prompt => prompt.Scores[0])];
            double[] full = Predicted(trainer.AddEndpoint(model, "newcomer", train), test);
            double auc = 0;
            double brier = 0;
            double bias = 0;
            double plain = 0;
            for (int d = 0; d < draws; d++)
            {
                LabelledPrompt[] few = [.. train];
                new Random(run.Seed + d).Shuffle(few);
                few = few[..Math.Min(labels, few.Length)];
                double[] predicted = Predicted(trainer.AddEndpoint(model, "newcomer", few), test);
                double mean = few.Average(prompt => prompt.Scores[0]);
                auc += Auc(predicted, truth) / draws;
                brier += Brier(predicted, truth) / draws;
                plain += truth.Average(score => (score - mean) * (score - mean)) / draws;
                bias += Math.Abs(predicted.Average() - truth.Average()) / draws;
            }

            rows.Add(new Dictionary<string, object?>
            {
                ["newcomer"] = fresh.Endpoints[e],
                ["quality"] = truth.Average(),
                ["auc"] = auc,
                ["auc_all_labels"] = Auc(full, truth),
                ["brier"] = brier,
                ["brier_mean_alone"] = plain,
                ["brier_all_labels"] = Brier(full, truth),
                ["error_of_mean"] = bias,
            });
        }

        var summary = new Dictionary<string, object?> { ["labels"] = labels, ["newcomers"] = rows.Count };
        foreach (string key in new[] { "auc", "auc_all_labels", "brier", "brier_mean_alone", "brier_all_labels", "error_of_mean" })
        {
            summary[key] = rows.Average(row => (double)row[key]!);
        }

        return new EvaluationResult(rows, summary, (double)summary["brier"]! <= (double)summary["brier_mean_alone"]!);
    }

    private static LabelledPrompt[] Labels(IReadOnlyList<LlmQuery> queries, int endpoint) =>
    [
        .. queries.Select(query => query.Prompt.Labels).Where(labels => !double.IsNaN(labels.Scores[endpoint]))
            .Select(labels => new LabelledPrompt(labels.Prompt, [labels.Scores[endpoint]], [labels.OutputTokens[endpoint]])),
    ];

    private static double[] Predicted(OutcomeModel model, LabelledPrompt[] prompts)
    {
        var predictions = new OutcomePrediction[model.Endpoints.Count];
        return [.. prompts.Select(prompt =>
        {
            model.Predict(prompt.Prompt, predictions);
            return predictions[^1].SuccessProbability;
        })];
    }

    private static double Brier(double[] predicted, double[] truth) => predicted.Zip(truth, (p, y) => (p - y) * (p - y)).Average();

    // The chance that a right answer was thought likelier than a wrong one (Mann-Whitney), ties by half.
    private static double Auc(double[] predicted, double[] truth)
    {
        double[] right = [.. predicted.Where((_, i) => truth[i] >= 0.5).Order()];
        double[] wrong = [.. predicted.Where((_, i) => truth[i] < 0.5).Order()];
        double wins = 0;
        int below = 0;
        int upTo = 0;
        foreach (double value in right)
        {
            while (below < wrong.Length && wrong[below] < value)
            {
                below++;
            }

            upTo = Math.Max(upTo, below);
            while (upTo < wrong.Length && wrong[upTo] <= value)
            {
                upTo++;
            }

            wins += (below + upTo) / 2.0;
        }

        return right.Length == 0 || wrong.Length == 0 ? double.NaN : wins / ((double)right.Length * wrong.Length);
    }
}
