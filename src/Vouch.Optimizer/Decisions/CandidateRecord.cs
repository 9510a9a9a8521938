using Vouch.Optimizer.Budgets;

namespace Vouch.Optimizer.Decisions;

/// <summary>An endpoint as a decision saw it.</summary>
/// <param name="Endpoint">Its identifier.</param>
/// <param name="Position">Its position in the predictor, -1 where the predictor does not know it.</param>
/// <param name="Constraints">The laws that keep it out; none where it could be chosen.</param>
/// <param name="Success">The expected quality, NaN where nothing is known.</param>
/// <param name="Lower">The lower end of its interval.</param>
/// <param name="Upper">The upper end of its interval.</param>
/// <param name="SampleSize">How many labelled prompts it rests on.</param>
/// <param name="OutputTokens">The expected output tokens.</param>
/// <param name="ExpectedCost">What the query is expected to cost on it.</param>
/// <param name="WorstCost">The most the query can cost on it: what would be set aside.</param>
/// <param name="DominatedBy">The identifier of an endpoint, not kept out, that is expected to be as good or better at less or equal cost; null where there is none.</param>
public sealed record CandidateRecord(
    string Endpoint,
    int Position,
    RoutingConstraint Constraints,
    double Success,
    double Lower,
    double Upper,
    double SampleSize,
    double OutputTokens,
    NanoUsd ExpectedCost,
    NanoUsd WorstCost,
    string? DominatedBy);
