using Vouch.Core.Validation;

namespace Vouch.Optimizer.Prediction;

/// <summary>A prompt and what each endpoint made of it: the material a model is fitted on.</summary>
/// <remarks>Immutable and safe to share; the arrays handed in must not change afterwards.</remarks>
public sealed record LabelledPrompt
{
    /// <summary>Initializes a labelled prompt.</summary>
    /// <param name="prompt">The prompt as the endpoints saw it; may be empty.</param>
    /// <param name="scores">One score in [0, 1] for each endpoint in the model's order, NaN where the endpoint was not tried.</param>
    /// <param name="outputTokens">One token count for each endpoint, NaN where it is not known; empty where none is.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A score is outside [0, 1], or a token count is negative or infinite.</exception>
    /// <exception cref="ArgumentException"><paramref name="outputTokens"/> has neither no element nor one for each score.</exception>
    public LabelledPrompt(string prompt, IReadOnlyList<double> scores, IReadOnlyList<double> outputTokens)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(outputTokens);
        for (int i = 0; i < scores.Count; i++)
        {
            if (!double.IsNaN(scores[i]))
            {
                Boundary.InRange(scores[i], 0.0, 1.0, nameof(scores));
            }
        }

        if (outputTokens.Count > 0)
        {
            Boundary.SameLength(outputTokens.Count, scores.Count, nameof(outputTokens));
        }

        for (int i = 0; i < outputTokens.Count; i++)
        {
            if (!double.IsNaN(outputTokens[i]))
            {
                Boundary.InRange(outputTokens[i], 0.0, 1e9, nameof(outputTokens));
            }
        }

        Prompt = prompt;
        Scores = scores;
        OutputTokens = outputTokens;
    }

    /// <summary>Gets the prompt.</summary>
    public string Prompt { get; }

    /// <summary>Gets one score in [0, 1] for each endpoint, NaN where the endpoint was not tried.</summary>
    public IReadOnlyList<double> Scores { get; }

    /// <summary>Gets one token count for each endpoint, NaN where it is not known; empty where none is.</summary>
    public IReadOnlyList<double> OutputTokens { get; }
}
