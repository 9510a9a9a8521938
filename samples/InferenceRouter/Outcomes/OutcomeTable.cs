using Vouch.Optimizer.Endpoints;

namespace InferenceRouter.Outcomes;

/// <summary>Recorded outcomes: what each endpoint made of each query, and what it cost.</summary>
/// <param name="Name">The set's name.</param>
/// <param name="IsSynthetic">Whether it was made up on the spot.</param>
/// <param name="Registry">The endpoints.</param>
/// <param name="Queries">The queries, each with one outcome per endpoint in the registry's order.</param>
internal sealed record OutcomeTable(string Name, bool IsSynthetic, EndpointRegistry Registry, IReadOnlyList<RecordedQuery> Queries);

/// <summary>A query with its outcomes, by the endpoints' order.</summary>
internal sealed record RecordedQuery(string Id, string Prompt, bool IsTrain, int PromptTokens, double[] Scores, double[] OutputTokens, double[] Costs)
{
    public bool IsComplete => !Scores.Any(double.IsNaN);
}
