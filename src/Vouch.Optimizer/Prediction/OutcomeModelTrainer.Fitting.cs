using System.Numerics.Tensors;

namespace Vouch.Optimizer.Prediction;

public sealed partial class OutcomeModelTrainer
{
    private Material Learn(IReadOnlyList<LabelledPrompt> prompts, int width, CancellationToken cancellationToken)
    {
        (int[][] buckets, float[][] measures) = Extract(prompts);
        float[] frequencies = SparseRows.InverseFrequencies(buckets);
        var rows = new SparseRows(buckets, frequencies);
        int wanted = _embedding?.Dimensions ?? Math.Clamp(prompts.Count / 4, 1, LargestRank);
        int rank = (wanted + PromptSpace.Lane - 1) / PromptSpace.Lane * PromptSpace.Lane;
        var space = new PromptSpace(frequencies, Standardization.Learn(measures), rank, rank + width);
        if (_embedding is null)
        {
            space.SetColumns(LatentSpace.Find(rows, rank, _seed, cancellationToken), rank, 0, rank);
        }

        float[] positions = Positions(space, prompts);
        return new Material(space, rows, positions, ChoosePrototypes(space, positions, prompts.Count));
    }

    private Material Reuse(IReadOnlyList<LabelledPrompt> prompts, int width, OutcomeModel prior)
    {
        PromptSpace known = prior.Space;
        var space = new PromptSpace(known.Frequencies, known.Standardization, known.Rank, known.Rank + width);
        for (int b = 0; b < PromptFeatures.Buckets; b++)
        {
            known.Table.AsSpan(b * known.Stride, known.Rank).CopyTo(space.Table.AsSpan(b * space.Stride));
        }

        known.Scales.AsSpan(0, known.Rank).CopyTo(space.Scales);
        (int[][] buckets, _) = Extract(prompts);
        return new Material(space, new SparseRows(buckets, known.Frequencies), Positions(space, prompts), prior.Kernel.Centres);
    }

    private static (int[][] Buckets, float[][] Measures) Extract(IReadOnlyList<LabelledPrompt> prompts)
    {
        var buckets = new int[prompts.Count][];
        var measures = new float[prompts.Count][];
        var room = new int[PromptFeatures.MaximumFeatures];
        var seen = new ulong[PromptFeatures.Buckets / 64];
        for (int i = 0; i < buckets.Length; i++)
        {
            Array.Clear(seen);
            measures[i] = new float[PromptFeatures.Measures];
            buckets[i] = room[..PromptFeatures.Extract(prompts[i].Prompt, seen, room, measures[i])];
        }

        return (buckets, measures);
    }

    // Latent position and form of each prompt, read exactly as a prediction reads them.
    private float[] Positions(PromptSpace space, IReadOnlyList<LabelledPrompt> prompts)
    {
        int columns = space.Rank + PromptSpace.FormWidth;
        var positions = new float[prompts.Count * columns];
        var read = new float[space.Stride];
        for (int i = 0; i < prompts.Count; i++)
        {
            Span<float> row = positions.AsSpan(i * columns, columns);
            space.Read(prompts[i].Prompt, read, row[space.Rank..]);
            read.AsSpan(0, space.Rank).CopyTo(row);
            if (_embedding is not null)
            {
                OutcomeModel.ReadEmbedding(_embedding, prompts[i].Prompt, row[..space.Rank]);
            }
        }

        return positions;
    }

    private float[] ChoosePrototypes(PromptSpace space, float[] positions, int count)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(_seed).Shuffle(order);
        int chosen = Math.Min(LargestPrototypes, Math.Max(8, count / 16 * 8));
        int width = KernelMap.WidthOf(space.Rank);
        int columns = space.Rank + PromptSpace.FormWidth;
        var centres = new float[chosen * width];
        for (int i = 0; i < chosen; i++)
        {
            ReadOnlySpan<float> row = positions.AsSpan(order[i] * columns, columns);
            KernelMap.Point(row[..space.Rank], row[space.Rank..], centres.AsSpan(i * width, width));
        }

        return centres;
    }

    private static List<Part> FitParts(Material material, TargetTable targets, int[] folds, OutcomeModel? prior, CancellationToken cancellationToken)
    {
        int rank = material.Space.Rank;
        int columns = rank + PromptSpace.FormWidth;
        int n = targets.Rows;
        float[] gammas = prior is null ? Gammas : [prior.Kernel.Gamma];
        var fits = new Part[3 + gammas.Length];
        var errors = new double[gammas.Length];
        KernelMap[] kernels = [.. gammas.Select(gamma => new KernelMap(material.Centres, rank, gamma))];
        var options = new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Math.Min(4, Environment.ProcessorCount) };
        Parallel.For(0, fits.Length, options, i => fits[i] = i switch
        {
            0 => FitSparse(material.Rows, targets, folds, cancellationToken),
            1 => new Part(Dense(Columns(material.Positions, n, columns, 0, rank), rank), PartKind.Latent),
            2 => new Part(Dense(Columns(material.Positions, n, columns, rank, PromptSpace.FormWidth), PromptSpace.FormWidth), PartKind.Form),
            _ => Prototypes(i - 3),
        });
        int best = errors[0] <= errors[^1] ? 0 : gammas.Length - 1;
        material.Kernel = kernels[best];
        var parts = new List<Part> { fits[0], fits[1], fits[2], fits[3 + best] };
        if (prior is not null)
        {
            parts.Add(new Part(Dense(material.PriorScores!, prior.Heads.Width), PartKind.Prior));
        }

        return parts;

        DenseRidge Dense(float[] design, int width) => DenseRidge.Fit(design, width, targets.Scores, targets.Width, folds, FoldCount, DensePenalties);

        Part Prototypes(int i)
        {
            DenseRidge fit = Dense(Likeness(kernels[i], material, n), kernels[i].Count);
            errors[i] = fit.Error;
            return new Part(fit, PartKind.Prototypes);
        }
    }

    private static Part FitSparse(SparseRows rows, TargetTable targets, int[] folds, CancellationToken cancellationToken)
    {
        int width = targets.Width;
        int[] all = [.. Enumerable.Range(0, targets.Rows)];
        var heldOut = new float[SparsePenalties.Length][];
        var weights = new float[SparsePenalties.Length][];
        for (int p = 0; p < SparsePenalties.Length; p++)
        {
            heldOut[p] = new float[targets.Scores.Length];
        }

        Parallel.For(0, FoldCount + 1, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Math.Min(4, Environment.ProcessorCount) }, fold =>
        {
            int[] used = [.. all.Where(row => folds[row] != fold)];
            var fit = new float[PromptFeatures.Buckets * width];
            for (int p = 0; p < SparsePenalties.Length; p++)
            {
                // The weaker penalty starts from the fit of the stronger one.
                SparseRidge.Fit(rows, used, targets.Scores, width, SparsePenalties[p], SparseSteps, fit, cancellationToken);
                if (fold == FoldCount)
                {
                    weights[p] = [.. fit];
                    continue;
                }

                foreach (int row in all)
                {
                    if (folds[row] == fold)
                    {
                        rows.Multiply(row, fit, width, heldOut[p].AsSpan(row * width, width));
                    }
                }
            }
        });
        int best = 0;
        double bestError = double.PositiveInfinity;
        for (int p = 0; p < SparsePenalties.Length; p++)
        {
            double error = TensorPrimitives.Distance<float>(heldOut[p], targets.Scores);
            if (error < bestError)
            {
                (best, bestError) = (p, error);
            }
        }

        return new Part(PartKind.Sparse, weights[best], new float[width], heldOut[best]);
    }

    private static float[] PriorScores(OutcomeModel prior, IReadOnlyList<LabelledPrompt> prompts)
    {
        int width = prior.Heads.Width;
        var scores = new float[prompts.Count * width];
        var tokens = new float[width];
        for (int i = 0; i < prompts.Count; i++)
        {
            prior.Evaluate(prompts[i].Prompt, scores.AsSpan(i * width, width), tokens);
        }

        return scores;
    }

    private static float[] Columns(float[] table, int rows, int width, int first, int count)
    {
        var result = new float[rows * count];
        for (int i = 0; i < rows; i++)
        {
            table.AsSpan((i * width) + first, count).CopyTo(result.AsSpan(i * count));
        }

        return result;
    }

    private static float[] Likeness(KernelMap kernel, Material material, int rows)
    {
        int columns = kernel.Rank + PromptSpace.FormWidth;
        var likeness = new float[rows * kernel.Count];
        var point = new float[kernel.Width];
        for (int i = 0; i < rows; i++)
        {
            ReadOnlySpan<float> row = material.Positions.AsSpan(i * columns, columns);
            KernelMap.Point(row[..kernel.Rank], row[kernel.Rank..], point);
            kernel.Apply(point, likeness.AsSpan(i * kernel.Count, kernel.Count));
        }

        return likeness;
    }

    private enum PartKind
    {
        Sparse,
        Latent,
        Form,
        Prototypes,
        Prior,
    }

    private sealed record Part(PartKind Kind, float[] Weights, float[] Offsets, float[] HeldOut)
    {
        public Part(DenseRidge fit, PartKind kind)
            : this(kind, fit.Weights, fit.Offsets, fit.HeldOut)
        {
        }
    }

    private sealed class Material(PromptSpace space, SparseRows rows, float[] positions, float[] centres)
    {
        public PromptSpace Space { get; } = space;

        public SparseRows Rows { get; } = rows;

        public float[] Positions { get; } = positions;

        public float[] Centres { get; } = centres;

        public KernelMap Kernel { get; set; } = new(centres, space.Rank, 1);

        public float[]? PriorScores { get; set; }
    }
}
