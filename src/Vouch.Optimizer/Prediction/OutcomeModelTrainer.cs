using Vouch.Core.Exceptions;

namespace Vouch.Optimizer.Prediction;

/// <summary>Fits outcome models.</summary>
/// <remarks>
/// <para>
/// Four parts predict each endpoint's score: ridge regression on hashed words, pairs and triples; on the latent position; on the form; and on the likeness to prototype prompts. Penalties and the
/// weights of the parts come from cross-validation inside the given prompts, the weights along the principal directions of the outcomes: what all endpoints share (how hard a prompt is) is
/// learnt from all labels together, what sets one apart only as far as its own labels carry it. A logistic curve per endpoint makes chances out of scores.
/// </para>
/// <para>Prompts that differ only in numbers, case or white space fall into the same fold. Same data, same options: same model, bit for bit. Safe to share.</para>
/// <para>Sources: L. Breiman, J. H. Friedman, <i>Predicting Multivariate Responses in Multiple Linear Regression</i>, JRSS B 59 (1997); L. Breiman, <i>Stacked Regressions</i>, Machine
/// Learning 24 (1996); J. Platt, <i>Probabilistic Outputs for Support Vector Machines</i>, 1999.</para>
/// </remarks>
public sealed partial class OutcomeModelTrainer
{
    /// <summary>The fewest labelled prompts a model is fitted on.</summary>
    public const int MinimumPrompts = 20;

    /// <summary>The most endpoints a model can have.</summary>
    public const int MaximumEndpoints = 64;

    private const int FoldCount = 5;
    private const int LargestRank = 64;
    private const int LargestPrototypes = 256;
    private const int SparseSteps = 5;

    private static readonly float[] SparsePenalties = [40, 12];
    private static readonly double[] DensePenalties = [3, 10, 40, 150, 600, 2400];
    private static readonly float[] Gammas = [1, 3];

    private readonly IEmbedding? _embedding;
    private readonly int _seed;

    /// <summary>Initializes a trainer.</summary>
    /// <param name="embedding">An embedding that takes the place of the latent position, or null for none.</param>
    /// <param name="seed">The seed of everything drawn at random: starting directions and prototypes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The embedding has fewer than 1 or more than 256 dimensions.</exception>
    public OutcomeModelTrainer(IEmbedding? embedding = null, int seed = 1)
    {
        if (embedding is not null)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(embedding.Dimensions, 1, nameof(embedding));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(embedding.Dimensions, 256, nameof(embedding));
        }

        _embedding = embedding;
        _seed = seed;
    }

    /// <summary>Fits a model.</summary>
    /// <param name="endpoints">The names of the endpoints, unique, 1 to 64.</param>
    /// <param name="prompts">The labelled prompts, 20 or more, each with one score (or NaN) for each endpoint; every endpoint needs a label.</param>
    /// <param name="prior">A model to start from, such as one of other endpoints on more prompts: its directions and prototypes are kept and its predictions become one more part; or null.</param>
    /// <param name="cancellationToken">Cancels the fit.</param>
    /// <returns>The model and what it said of prompts it had not seen.</returns>
    /// <exception cref="ArgumentException">Names are blank, repeated or too many; or <paramref name="prior"/> was fitted with another embedding.</exception>
    /// <exception cref="InputValidationException">There are too few prompts, a prompt has another number of scores, or an endpoint has no label.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public OutcomeFit Fit(IReadOnlyList<string> endpoints, IReadOnlyList<LabelledPrompt> prompts, OutcomeModel? prior = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prompts);
        CheckNames(endpoints);
        CheckPrompts(endpoints, prompts);
        if (prior is not null && prior.EmbeddingName != (_embedding?.Name ?? ""))
        {
            throw new ArgumentException($"The prior was fitted with the embedding '{prior.EmbeddingName}', this trainer has '{_embedding?.Name}'.", nameof(prior));
        }

        var targets = new TargetTable(prompts, endpoints.Count);
        int[] folds = [.. prompts.Select(prompt => (int)(FoldHash(prompt.Prompt) % FoldCount))];
        Material material = prior is null ? Learn(prompts, targets.Width, cancellationToken) : Reuse(prompts, targets.Width, prior);
        material.PriorScores = prior is null ? null : PriorScores(prior, prompts);
        List<Part> parts = FitParts(material, targets, folds, prior, cancellationToken);
        float[][] mixes = Stacking.Mix(targets, [.. parts.Select(part => part.HeldOut)]);
        return Assemble([.. endpoints], prompts, material, targets, parts, mixes, folds, prior);
    }

    /// <summary>Adds an endpoint to a model from few labels (50 are enough): what it shares with the known endpoints is taken from them, its level and steepness from its own labels.</summary>
    /// <param name="model">The model to start from; stays as it is.</param>
    /// <param name="name">The newcomer's name.</param>
    /// <param name="prompts">Prompts, 10 or more, with one score each: the newcomer's.</param>
    /// <returns>A model with one more endpoint, at the end.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is blank or known.</exception>
    /// <exception cref="InputValidationException">There are fewer than 10 labels, or a prompt has not one score.</exception>
    public OutcomeModel AddEndpoint(OutcomeModel model, string name, IReadOnlyList<LabelledPrompt> prompts)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prompts);
        string[] names = [.. model.Endpoints, name];
        CheckNames(names);
        return Newcomer.Add(model, names, prompts, _embedding);
    }

    private static void CheckNames(IReadOnlyList<string> endpoints)
    {
        if (endpoints.Count is 0 or > MaximumEndpoints)
        {
            throw new ArgumentException($"A model has 1 to {MaximumEndpoints} endpoints, not {endpoints.Count}.", nameof(endpoints));
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string name in endpoints)
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(name, nameof(endpoints));
            if (!seen.Add(name))
            {
                throw new ArgumentException($"The endpoint '{name}' is named twice.", nameof(endpoints));
            }
        }
    }

    private static void CheckPrompts(IReadOnlyList<string> endpoints, IReadOnlyList<LabelledPrompt> prompts)
    {
        if (prompts.Count < MinimumPrompts)
        {
            throw new InputValidationException($"A model needs {MinimumPrompts} labelled prompts or more, not {prompts.Count}.") { Expected = $"{MinimumPrompts} or more" };
        }

        var labels = new int[endpoints.Count];
        for (int i = 0; i < prompts.Count; i++)
        {
            if (prompts[i] is null || prompts[i].Scores.Count != endpoints.Count)
            {
                throw new InputValidationException($"Labelled prompt {i} has {prompts[i]?.Scores.Count ?? 0} scores, the model has {endpoints.Count} endpoints.") { Location = $"prompts[{i}]" };
            }

            for (int t = 0; t < labels.Length; t++)
            {
                labels[t] += double.IsNaN(prompts[i].Scores[t]) ? 0 : 1;
            }
        }

        int missing = Array.IndexOf(labels, 0);
        if (missing >= 0)
        {
            throw new InputValidationException($"The endpoint '{endpoints[missing]}' has no label; leave it out and add it when it has.") { Value = endpoints[missing] };
        }
    }

    // Letters alone decide the fold, so that prompts of one template with other numbers are not on both sides.
    private static uint FoldHash(string prompt)
    {
        uint hash = 2166136261;
        foreach (char c in prompt)
        {
            if (char.IsLetter(c))
            {
                hash = (hash ^ char.ToLowerInvariant(c)) * 16777619;
            }
        }

        hash ^= hash >> 15;
        hash *= 0x2c1b3c6d;
        return hash ^ (hash >> 12);
    }
}
