using Vouch.Core.Validation;
using Vouch.Statistics.Distributions;

namespace Vouch.Optimizer.Prediction;

/// <summary>Predicts for a prompt what each endpoint will make of it: a calibrated chance of success with its range, and the expected number of output tokens.</summary>
/// <remarks>
/// <para>An ensemble of a linear model of words, word pairs and letter triples, one of latent position and form, and a smooth one over prototype prompts, weighted by cross-validation and
/// calibrated per endpoint. Everything is folded into one table, so a prediction costs one pass over the prompt: some microseconds for 600 characters.</para>
/// <para>Immutable, safe to share between threads; a prediction allocates nothing (beyond a pooled buffer for prompts above 1,024 characters). It reads at most 8,192 characters of a prompt.</para>
/// </remarks>
public sealed partial class OutcomeModel
{
    /// <summary>The confidence of the ranges.</summary>
    public const double IntervalConfidence = 0.9;

    private static readonly double Z = NormalDistribution.UpperQuantile((1 - IntervalConfidence) / 2);

    private readonly PromptSpace _space;
    private readonly KernelMap _kernel;
    private readonly OutcomeHeads _heads;
    private readonly IEmbedding? _embedding;

    internal OutcomeModel(IReadOnlyList<string> endpoints, int labelCount, PromptSpace space, KernelMap kernel, OutcomeHeads heads, IEmbedding? embedding)
    {
        Endpoints = endpoints;
        LabelCount = labelCount;
        _space = space;
        _kernel = kernel;
        _heads = heads;
        _embedding = embedding;
        Digest = ComputeDigest();
    }

    /// <summary>Gets the endpoints, in the order of the predictions.</summary>
    public IReadOnlyList<string> Endpoints { get; }

    /// <summary>Gets the digest of the model's content: <c>sha256:</c> and 64 hexadecimal digits over its saved form.</summary>
    public string Digest { get; }

    /// <summary>Gets the number of labelled prompts it was fitted on.</summary>
    public int LabelCount { get; }

    internal PromptSpace Space => _space;

    internal KernelMap Kernel => _kernel;

    internal OutcomeHeads Heads => _heads;

    /// <summary>Predicts for every endpoint.</summary>
    /// <param name="prompt">The prompt, of any length; of very long ones a bounded part is read.</param>
    /// <param name="predictions">Where to write, one element for each of <see cref="Endpoints"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="predictions"/> has another length.</exception>
    public void Predict(ReadOnlySpan<char> prompt, Span<OutcomePrediction> predictions)
    {
        Boundary.SameLength(predictions.Length, Endpoints.Count);
        Span<float> raw = stackalloc float[_heads.Width];
        Span<float> tokens = stackalloc float[_heads.Width];
        float support = Evaluate(prompt, raw, tokens);
        for (int t = 0; t < predictions.Length; t++)
        {
            double probability = _heads.Calibrate(t, raw[t]);
            double n = Math.Clamp(support * _heads.LabelShares[t], 1, Math.Max(1, LabelCount));
            (double lower, double upper) = Wilson(probability, n);
            predictions[t] = new OutcomePrediction(probability, lower, upper, tokens[t], n);
        }
    }

    /// <summary>Writes the raw (uncalibrated) scores and expected tokens, and returns how many labelled prompts were alike.</summary>
    internal float Evaluate(ReadOnlySpan<char> prompt, Span<float> raw, Span<float> tokens)
    {
        Span<float> columns = stackalloc float[_space.Stride];
        Span<float> form = stackalloc float[PromptSpace.FormWidth];
        Span<float> point = stackalloc float[_kernel.Width];
        Span<float> likeness = stackalloc float[_kernel.Count];
        _space.Read(prompt, columns, form);
        if (_embedding is not null)
        {
            // A host's embedding takes the place of the latent position.
            ReadEmbedding(_embedding, prompt, columns[.._space.Rank]);
        }

        KernelMap.Point(columns[.._space.Rank], form, point);
        _kernel.Apply(point, likeness);
        _heads.Apply(columns, _space.Rank, form, likeness, raw);
        _heads.Tokens(form, tokens);
        return _heads.Support(likeness);
    }

    internal static void ReadEmbedding(IEmbedding embedding, ReadOnlySpan<char> prompt, Span<float> latent)
    {
        embedding.Embed(prompt, latent[..embedding.Dimensions]);
        latent[embedding.Dimensions..].Clear();
        float length = System.Numerics.Tensors.TensorPrimitives.Norm<float>(latent);
        System.Numerics.Tensors.TensorPrimitives.Multiply(latent, length > 0 && float.IsFinite(length) ? 1 / length : 0, latent);
    }

    // E. B. Wilson, JASA 22 (1927), with the number of alike prompts as sample size.
    internal static (double Lower, double Upper) Wilson(double p, double n)
    {
        double z2 = Z * Z / n;
        double middle = (p + (z2 / 2)) / (1 + z2);
        double half = Z * Math.Sqrt((p * (1 - p) / n) + (z2 / (4 * n))) / (1 + z2);
        return (Math.Clamp(middle - half, 0, p), Math.Clamp(middle + half, p, 1));
    }
}
