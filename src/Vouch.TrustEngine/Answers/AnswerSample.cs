using Vouch.Core.Models;

namespace Vouch.TrustEngine.Answers;

/// <summary>One raw answer to one question.</summary>
/// <param name="Worker">Who gave it: a person, a machine, a model. Samples of one model have one worker.</param>
/// <param name="Text">The answer as it came. Null and blank are abstentions. For bytes, the canonical form of <see cref="NormalizedAnswer.OfBytes"/>.</param>
/// <param name="Item">The question's number, 0 or more; only where many questions are decided at once.</param>
/// <remarks>Immutable and safe to share.</remarks>
public readonly record struct AnswerSample(WorkerId Worker, string? Text, int Item = 0)
{
    /// <summary>Gets how much the worker's vote weighs, finite and 0 or more, from verified work; 0 is set aside. Where many questions are decided at once, workers are learnt and this is not read.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>Gets who runs the worker, or null where the worker stands for itself. All workers of one operator are one voter.</summary>
    public string? Entity { get; init; }
}
