namespace Vouch.Evaluation;

/// <summary>What a task measured: rows and a summary with the keys that the contract names, and whether every stated promise held.</summary>
internal sealed record EvaluationResult(
    IReadOnlyList<IReadOnlyDictionary<string, object?>> Rows,
    IReadOnlyDictionary<string, object?> Summary,
    bool PromisesHeld = true);
