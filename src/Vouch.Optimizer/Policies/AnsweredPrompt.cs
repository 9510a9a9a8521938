using Vouch.Core.Validation;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Policies;

/// <summary>A labelled prompt with the final answers, so that agreement between endpoints can be learnt.</summary>
/// <remarks>Immutable and safe to share; the list handed in must not change afterwards.</remarks>
public sealed record AnsweredPrompt
{
    /// <summary>Initializes an answered prompt.</summary>
    /// <param name="labels">The prompt, its scores and token counts.</param>
    /// <param name="inputTokens">The tokens of the prompt, finite, 0 or more.</param>
    /// <param name="answers">One final answer for each endpoint, blank where none could be read; empty where none is known.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">There are some answers, but not one for each score; or <paramref name="inputTokens"/> is negative.</exception>
    public AnsweredPrompt(LabelledPrompt labels, double inputTokens, IReadOnlyList<string> answers)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(answers);
        if (answers.Count > 0)
        {
            Boundary.SameLength(answers.Count, labels.Scores.Count, nameof(answers));
        }

        Labels = labels;
        InputTokens = Boundary.NonNegative(inputTokens);
        Answers = answers;
    }

    /// <summary>Gets the prompt, its scores and token counts.</summary>
    public LabelledPrompt Labels { get; }

    /// <summary>Gets the tokens of the prompt.</summary>
    public double InputTokens { get; }

    /// <summary>Gets one final answer for each endpoint; empty where none is known.</summary>
    public IReadOnlyList<string> Answers { get; }
}
