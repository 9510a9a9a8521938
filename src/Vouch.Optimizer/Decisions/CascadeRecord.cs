using Vouch.Optimizer.Budgets;

namespace Vouch.Optimizer.Decisions;

/// <summary>A cascade as a decision saw it: two cheap endpoints, and a third where they disagree.</summary>
/// <param name="Name">Its name, <c>first + second, else third</c>.</param>
/// <param name="Position">Its position in the predictor, after those of the endpoints.</param>
/// <param name="First">The identifier of the endpoint whose answer is accepted on agreement.</param>
/// <param name="Second">The identifier of the endpoint that must agree.</param>
/// <param name="Escalation">The identifier of the endpoint that decides on disagreement.</param>
/// <param name="Constraints">The laws that keep it out: its own, and those of its endpoints.</param>
/// <param name="Success">The expected quality, NaN where nothing is known.</param>
/// <param name="Lower">The lower end of its interval.</param>
/// <param name="Upper">The upper end of its interval.</param>
/// <param name="SampleSize">How many labelled prompts it rests on.</param>
/// <param name="Agreement">The expected chance that the two cheap endpoints agree, NaN where nothing is known.</param>
/// <param name="ExpectedCost">What the query is expected to cost on it: both cheap answers, and the third by the chance that they disagree.</param>
/// <param name="WorstCost">The most the query can cost on it, all three: what would be set aside.</param>
public sealed record CascadeRecord(
    string Name,
    int Position,
    string First,
    string Second,
    string Escalation,
    RoutingConstraint Constraints,
    double Success,
    double Lower,
    double Upper,
    double SampleSize,
    double Agreement,
    NanoUsd ExpectedCost,
    NanoUsd WorstCost);
