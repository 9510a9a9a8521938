namespace Vouch.Optimizer.Prediction;

public sealed partial class OutcomeModelTrainer
{
    private static readonly double[] TokenPenalties = [30, 300];

    private OutcomeFit Assemble(
        string[] endpoints, IReadOnlyList<LabelledPrompt> prompts, Material material, TargetTable targets, List<Part> parts, float[][] mixes, int[] folds, OutcomeModel? prior)
    {
        int width = targets.Width;
        int count = targets.Count;
        int rank = material.Space.Rank;
        var sparse = new float[PromptFeatures.Buckets * width];
        var dense = new float[(rank + PromptSpace.FormWidth) * width];
        var prototypes = new float[material.Kernel.Count * width];
        var offsets = new float[width];
        for (int t = 0; t < count; t++)
        {
            offsets[t] = (float)targets.Means[t];
        }

        for (int c = 0; c < parts.Count; c++)
        {
            Part part = parts[c];
            Stacking.Apply(part.Offsets, mixes[c], count, offsets);
            switch (part.Kind)
            {
                case PartKind.Sparse: Fold(part.Weights, mixes[c], width, count, sparse); break;
                case PartKind.Latent: Fold(part.Weights, mixes[c], width, count, dense.AsSpan(0, rank * width)); break;
                case PartKind.Form: Fold(part.Weights, mixes[c], width, count, dense.AsSpan(rank * width)); break;
                case PartKind.Prototypes: Fold(part.Weights, mixes[c], width, count, prototypes); break;
                case PartKind.Prior: FoldPrior(part.Weights, mixes[c], width, count, prior!, sparse, dense, prototypes, offsets); break;
            }
        }

        material.Space.SetColumns(sparse, width, rank, width);
        float[] heldOut = HeldOut(targets, parts, mixes);
        (double[] slopes, double[] intercepts) = Calibrate(targets, heldOut);
        TokenFit tokens = FitTokens(prompts, material, targets, folds);
        var heads = new OutcomeHeads
        {
            Width = width,
            Count = count,
            Dense = dense,
            Prototypes = prototypes,
            Offsets = offsets,
            Slopes = slopes,
            Intercepts = intercepts,
            BaseRates = targets.Means,
            LabelShares = [.. targets.Labels.Select(labels => (double)labels / targets.Rows)],
            Masses = Masses(material, targets.Rows),
            TokenWeights = tokens.Weights,
            TokenOffsets = tokens.Offsets,
            TokenLimits = tokens.Limits,
            TokenFactors = tokens.Factors,
        };
        var model = new OutcomeModel(endpoints, targets.Rows, material.Space, material.Kernel, heads, _embedding);
        var chances = new double[targets.Rows][];
        for (int i = 0; i < chances.Length; i++)
        {
            chances[i] = new double[count];
            for (int t = 0; t < count; t++)
            {
                chances[i][t] = heads.Calibrate(t, heldOut[(i * width) + t]);
            }
        }

        return new OutcomeFit(model, chances);
    }

    private static void Fold(ReadOnlySpan<float> weights, float[] mix, int width, int count, Span<float> result)
    {
        for (int i = 0; i < weights.Length; i += width)
        {
            ReadOnlySpan<float> row = weights.Slice(i, width);
            if (row.ContainsAnyExcept(0f))
            {
                Stacking.Apply(row, mix, count, result.Slice(i, width));
            }
        }
    }

    // A prior's score is linear in the same space, so its share of the ensemble is added to the weights and costs nothing later.
    private static void FoldPrior(
        float[] weights, float[] mix, int width, int count, OutcomeModel prior, float[] sparse, float[] dense, float[] prototypes, float[] offsets)
    {
        int from = prior.Heads.Width;
        int known = prior.Heads.Count;
        var mixed = new float[from * width];
        Fold(weights, mix, width, count, mixed);
        Through(prior.Heads.Dense, dense);
        Through(prior.Heads.Prototypes, prototypes);
        Through(prior.Heads.Offsets, offsets);
        PromptSpace space = prior.Space;
        for (int b = 0; b < PromptFeatures.Buckets; b++)
        {
            float frequency = space.Frequencies[b];
            for (int j = 0; frequency > 0 && j < known; j++)
            {
                float value = space.Table[(b * space.Stride) + space.Rank + j] * space.Scales[space.Rank + j] / frequency;
                if (value != 0)
                {
                    SparseRows.AddScaled(value, mixed.AsSpan(j * width, width), sparse.AsSpan(b * width, width));
                }
            }
        }

        void Through(float[] source, float[] target)
        {
            for (int i = 0; i < source.Length / from; i++)
            {
                for (int j = 0; j < known; j++)
                {
                    SparseRows.AddScaled(source[(i * from) + j], mixed.AsSpan(j * width, width), target.AsSpan(i * width, width));
                }
            }
        }
    }

    private static float[] HeldOut(TargetTable targets, List<Part> parts, float[][] mixes)
    {
        int width = targets.Width;
        var heldOut = new float[targets.Rows * width];
        for (int i = 0; i < targets.Rows; i++)
        {
            Span<float> row = heldOut.AsSpan(i * width, width);
            for (int t = 0; t < targets.Count; t++)
            {
                row[t] = (float)targets.Means[t];
            }

            for (int c = 0; c < parts.Count; c++)
            {
                Stacking.Apply(parts[c].HeldOut.AsSpan(i * width, width), mixes[c], targets.Count, row);
            }
        }

        return heldOut;
    }

    private static (double[] Slopes, double[] Intercepts) Calibrate(TargetTable targets, float[] heldOut)
    {
        var slopes = new double[targets.Count];
        var intercepts = new double[targets.Count];
        for (int t = 0; t < targets.Count; t++)
        {
            var odds = new List<double>();
            var scores = new List<double>();
            for (int i = 0; i < targets.Rows; i++)
            {
                int at = (i * targets.Width) + t;
                if (targets.Known[at])
                {
                    odds.Add(OutcomeHeads.LogOdds(heldOut[at]));
                    scores.Add(targets.Scores[at] + targets.Means[t]);
                }
            }

            (slopes[t], intercepts[t]) = LogisticCurve.Fit(odds, scores, 1, 0, 4);
        }

        return (slopes, intercepts);
    }

    private static float[] Masses(Material material, int rows)
    {
        KernelMap kernel = material.Kernel;
        var masses = new float[kernel.Count];
        float[] likeness = Likeness(kernel, material, rows);
        for (int i = 0; i < rows; i++)
        {
            masses[System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(likeness.AsSpan(i * kernel.Count, kernel.Count))]++;
        }

        return masses;
    }

    private sealed record TokenFit(float[] Weights, float[] Offsets, float[] Limits, float[] Factors);

    // A straight line in form for the logarithm of the count, brought to the right mean (N. Duan's smearing idea, JASA 78, 1983).
    private static TokenFit FitTokens(IReadOnlyList<LabelledPrompt> prompts, Material material, TargetTable targets, int[] folds)
    {
        int width = targets.Width;
        int rank = material.Space.Rank;
        var means = new double[width];
        var counts = new int[width];
        var limits = new float[width];
        var logs = new float[targets.Rows * width];
        for (int i = 0; i < targets.Rows; i++)
        {
            for (int t = 0; t < targets.Count && prompts[i].OutputTokens.Count > 0; t++)
            {
                double tokens = prompts[i].OutputTokens[t];
                if (!double.IsNaN(tokens))
                {
                    logs[(i * width) + t] = (float)Math.Log(Math.Max(tokens, 0.5));
                    means[t] += logs[(i * width) + t];
                    counts[t]++;
                    limits[t] = Math.Max(limits[t], logs[(i * width) + t]);
                }
            }
        }

        for (int i = 0; i < targets.Rows; i++)
        {
            for (int t = 0; t < width; t++)
            {
                bool known = t < targets.Count && prompts[i].OutputTokens.Count > 0 && !double.IsNaN(prompts[i].OutputTokens[t]);
                logs[(i * width) + t] = known ? logs[(i * width) + t] - (float)(means[t] / Math.Max(1, counts[t])) : 0;
            }
        }

        float[] form = Columns(material.Positions, targets.Rows, rank + PromptSpace.FormWidth, rank, PromptSpace.FormWidth);
        DenseRidge fit = DenseRidge.Fit(form, PromptSpace.FormWidth, logs, width, folds, FoldCount, TokenPenalties);
        var offsets = new float[width];
        var factors = new float[width];
        for (int t = 0; t < targets.Count; t++)
        {
            double mean = means[t] / Math.Max(1, counts[t]);
            offsets[t] = fit.Offsets[t] + (float)mean;
            double actual = 0;
            double expected = 0;
            for (int i = 0; i < targets.Rows && counts[t] > 0; i++)
            {
                double tokens = prompts[i].OutputTokens.Count > 0 ? prompts[i].OutputTokens[t] : double.NaN;
                if (!double.IsNaN(tokens))
                {
                    actual += tokens;
                    expected += Math.Exp(Math.Min(limits[t], fit.HeldOut[(i * width) + t] + mean));
                }
            }

            factors[t] = counts[t] > 0 && expected > 0 ? (float)Math.Clamp(actual / expected, 0.1, 10) : 0;
        }

        return new TokenFit(fit.Weights, offsets, limits, factors);
    }
}
