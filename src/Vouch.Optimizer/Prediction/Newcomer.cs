using Vouch.Core.Exceptions;

namespace Vouch.Optimizer.Prediction;

/// <summary>Puts one more endpoint on a fitted model from few labels.</summary>
internal static class Newcomer
{
    private const int MinimumLabels = 10;

    // The prior says: as steep as the known endpoints are on average. It weighs as much as this many labels.
    private const double PriorWeight = 4;

    public static OutcomeModel Add(OutcomeModel model, string[] names, IReadOnlyList<LabelledPrompt> prompts, IEmbedding? embedding)
    {
        OutcomeHeads heads = model.Heads;
        int known = heads.Count;
        List<double> scores = [];
        List<double> odds = [];
        double actualTokens = 0;
        double expectedTokens = 0;
        int tokenCount = 0;
        var raw = new float[heads.Width];
        var tokens = new float[heads.Width];
        for (int i = 0; i < prompts.Count; i++)
        {
            if (prompts[i].Scores.Count != 1)
            {
                throw new InputValidationException($"Labelled prompt {i} of a newcomer has {prompts[i].Scores.Count} scores; one is expected.") { Location = $"prompts[{i}]" };
            }

            if (double.IsNaN(prompts[i].Scores[0]))
            {
                continue;
            }

            model.Evaluate(prompts[i].Prompt, raw, tokens);
            odds.Add(OutcomeHeads.LogOdds(Mean(raw.AsSpan(0, known))));
            scores.Add(prompts[i].Scores[0]);
            if (prompts[i].OutputTokens.Count == 1 && !double.IsNaN(prompts[i].OutputTokens[0]))
            {
                actualTokens += prompts[i].OutputTokens[0];
                expectedTokens += Mean(tokens.AsSpan(0, known));
                tokenCount++;
            }
        }

        if (scores.Count < MinimumLabels)
        {
            throw new InputValidationException($"A newcomer needs {MinimumLabels} labels or more, not {scores.Count}.") { Expected = $"{MinimumLabels} or more" };
        }

        double level = scores.Average();
        double centre = odds.Average();
        double priorSlope = heads.Slopes.Average();
        (double slope, double shift) = LogisticCurve.Fit([.. odds.Select(value => value - centre)], scores, priorSlope, OutcomeHeads.LogOdds(level), PriorWeight);
        double tokenRatio = tokenCount > 0 && expectedTokens > 0 ? actualTokens / expectedTokens : 1;
        return Build(model, names, embedding, slope, shift - (slope * centre), level, (double)scores.Count / Math.Max(1, model.LabelCount), tokenRatio);
    }

    private static float Mean(ReadOnlySpan<float> values) => System.Numerics.Tensors.TensorPrimitives.Sum(values) / values.Length;

    // Its score is the mean of the known scores, linear in the same space: one more column everywhere.
    private static OutcomeModel Build(
        OutcomeModel model, string[] names, IEmbedding? embedding, double slope, double intercept, double level, double labelShare, double tokenRatio)
    {
        OutcomeHeads old = model.Heads;
        PromptSpace from = model.Space;
        int known = old.Count;
        int width = (known + 1 + 15) / 16 * 16;
        var space = new PromptSpace(from.Frequencies, from.Standardization, from.Rank, from.Rank + width);
        var linear = new float[PromptFeatures.Buckets * width];
        for (int b = 0; b < PromptFeatures.Buckets; b++)
        {
            from.Table.AsSpan(b * from.Stride, from.Rank + known).CopyTo(space.Table.AsSpan(b * space.Stride));
            for (int t = 0; from.Frequencies[b] > 0 && t < known; t++)
            {
                linear[(b * width) + known] += from.Table[(b * from.Stride) + from.Rank + t] * from.Scales[from.Rank + t] / (from.Frequencies[b] * known);
            }
        }

        float[] scales = [.. from.Scales.AsSpan(0, from.Rank + known)];
        var added = new float[PromptFeatures.Buckets];
        for (int b = 0; b < added.Length; b++)
        {
            added[b] = linear[(b * width) + known];
        }

        scales.CopyTo(space.Scales, 0);
        space.SetColumns(added, 1, from.Rank + known, 1);
        float[] tokenOffsets = Widen(old.TokenOffsets);
        var heads = new OutcomeHeads
        {
            Width = width,
            Count = known + 1,
            Dense = Widen(old.Dense),
            Prototypes = Widen(old.Prototypes),
            Offsets = Widen(old.Offsets),
            Slopes = [.. old.Slopes, slope],
            Intercepts = [.. old.Intercepts, intercept],
            BaseRates = [.. old.BaseRates, level],
            LabelShares = [.. old.LabelShares, Math.Min(1, labelShare)],
            Masses = old.Masses,
            TokenWeights = Widen(old.TokenWeights),
            TokenOffsets = tokenOffsets,
            TokenLimits = Widen(old.TokenLimits),
            TokenFactors = Widen(old.TokenFactors),
        };
        heads.TokenFactors[known] *= (float)tokenRatio;
        return new OutcomeModel(names, model.LabelCount, space, model.Kernel, heads, embedding);

        float[] Widen(float[] table)
        {
            int rows = table.Length / old.Width;
            var wide = new float[rows * width];
            for (int i = 0; i < rows; i++)
            {
                ReadOnlySpan<float> row = table.AsSpan(i * old.Width, known);
                row.CopyTo(wide.AsSpan(i * width));
                wide[(i * width) + known] = Mean(row);
            }

            return wide;
        }
    }
}
