namespace Vouch.Optimizer.Guarantees;

/// <summary>An answered query whose quality became known: by a user, a check, or a verified consensus.</summary>
/// <param name="DecisionId">The decision's id; a second outcome for the same id is recognised and left out.</param>
/// <param name="Endpoint">The position of the endpoint that answered.</param>
/// <param name="ExpectedScore">The chance of success predicted when the decision was made, in [0, 1].</param>
/// <param name="Score">The score found, in [0, 1].</param>
public readonly record struct AuditedOutcome(long DecisionId, int Endpoint, double ExpectedScore, double Score);
