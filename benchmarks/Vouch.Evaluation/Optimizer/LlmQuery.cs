using Vouch.Optimizer.Policies;

namespace Vouch.Evaluation.Optimizer;

/// <summary>A recorded query: its benchmark (to report by, never as input), what is known of it, and the recorded cost on each endpoint.</summary>
internal sealed record LlmQuery(string Benchmark, AnsweredPrompt Prompt, double[] Costs)
{
    /// <summary>Score and recorded full cost of a route.</summary>
    public (double Score, double Cost) Outcome(Route route)
    {
        if (route.Cascade is not { } cascade)
        {
            return (Prompt.Labels.Scores[route.Endpoint], Costs[route.Endpoint]);
        }

        bool agreed = NormalizedAnswerAgreement.Instance.Agree(Prompt.Answers[cascade.First], Prompt.Answers[cascade.Second]);
        double cheap = Costs[cascade.First] + Costs[cascade.Second];
        return agreed ? (Prompt.Labels.Scores[cascade.First], cheap) : (Prompt.Labels.Scores[cascade.Escalation], cheap + Costs[cascade.Escalation]);
    }
}
