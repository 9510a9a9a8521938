using System.Text;
using Vouch.Core.Models;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;

namespace Vouch.Evaluation.Optimizer;

/// <summary>How many decisions stay as they are when 2 % of the characters of a prompt are disturbed: white space, letter case, typing errors.</summary>
internal static class NoiseTask
{
    private const double Share = 0.02;

    public static EvaluationTask Task { get; } = new("optimizer", "noise", "decisions unchanged under 2 % noise in the prompt (--set NAME)", NeedsData: true, Measure);

    private static EvaluationResult Measure(EvaluationRun run)
    {
        LlmData data = LlmData.Read(run, run.Option("set", "zeroeval"));
        RouteModel model = new RouteModelTrainer().Fit(data.Endpoints, data.Prices, [.. data.Train.Select(query => query.Prompt)], 0);
        double dearest = Enumerable.Range(0, data.Endpoints.Count).Max(e => data.Train.Average(query => query.Costs[e]));
        int[] eligible = [.. Enumerable.Range(0, data.Endpoints.Count)];
        var random = new Random(run.Seed);
        LlmQuery[] noisy = [.. data.Test.Select(query => query with { Prompt = Disturb(query.Prompt, random) })];
        (OutcomePrediction[] Predictions, double[] Costs)[] before = RouterFrontier.Predict(model, data, data.Test);
        (OutcomePrediction[] Predictions, double[] Costs)[] after = RouterFrontier.Predict(model, data, noisy);
        var rows = new List<Dictionary<string, object?>>();
        foreach (OptimizationProfile profile in Enum.GetValues<OptimizationProfile>())
        {
            RoutingPolicy policy = RoutingPolicy.For(profile, dearest);
            int same = Enumerable.Range(0, before.Length).Count(i =>
                policy.Choose(before[i].Predictions, before[i].Costs, eligible) == policy.Choose(after[i].Predictions, after[i].Costs, eligible));
            rows.Add(new Dictionary<string, object?> { ["policy"] = profile.ToString(), ["unchanged"] = (double)same / before.Length });
        }

        return new EvaluationResult(rows, new Dictionary<string, object?> { ["unchanged"] = rows.Average(row => (double)row["unchanged"]!) });
    }

    private static AnsweredPrompt Disturb(AnsweredPrompt prompt, Random random)
    {
        string text = prompt.Labels.Prompt;
        var noisy = new StringBuilder(text.Length + 16);
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (random.NextDouble() >= Share)
            {
                noisy.Append(c);
                continue;
            }

            switch (random.Next(3))
            {
                case 0: noisy.Append(c).Append(char.IsWhiteSpace(c) ? " " : ""); break;
                case 1: noisy.Append(char.IsUpper(c) ? char.ToLowerInvariant(c) : char.ToUpperInvariant(c)); break;
                default: noisy.Append(char.IsLetter(c) ? (char)('a' + random.Next(26)) : c); break;
            }
        }

        return new AnsweredPrompt(new LabelledPrompt(noisy.ToString(), prompt.Labels.Scores, prompt.Labels.OutputTokens), prompt.InputTokens, prompt.Answers);
    }
}
