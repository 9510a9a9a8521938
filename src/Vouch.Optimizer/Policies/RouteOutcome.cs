namespace Vouch.Optimizer.Policies;

/// <summary>What a route gave: its score and full cost.</summary>
/// <param name="Score">The score of the final answer, in [0, 1]; NaN where it is not known.</param>
/// <param name="Cost">The cost of all calls made, in dollars.</param>
/// <param name="Agreed">Whether a cascade's two cheap answers agreed; false for a direct choice.</param>
public readonly record struct RouteOutcome(double Score, double Cost, bool Agreed)
{
    /// <summary>Works out what a route gives on a prompt whose outcomes are all known.</summary>
    /// <param name="route">The route.</param>
    /// <param name="prompt">The prompt with scores, token counts and answers of every endpoint.</param>
    /// <param name="prices">The prices, by position.</param>
    /// <param name="agreement">How answers are compared.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static RouteOutcome Of(Route route, AnsweredPrompt prompt, IReadOnlyList<TokenPrice> prices, IAnswerAgreement agreement)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(prices);
        ArgumentNullException.ThrowIfNull(agreement);
        if (route.Cascade is not { } cascade)
        {
            return new RouteOutcome(prompt.Labels.Scores[route.Endpoint], Cost(route.Endpoint), false);
        }

        bool agreed = agreement.Agree(prompt.Answers[cascade.First], prompt.Answers[cascade.Second]);
        double cheap = Cost(cascade.First) + Cost(cascade.Second);
        return agreed
            ? new RouteOutcome(prompt.Labels.Scores[cascade.First], cheap, true)
            : new RouteOutcome(prompt.Labels.Scores[cascade.Escalation], cheap + Cost(cascade.Escalation), false);

        double Cost(int endpoint) => prices[endpoint].Cost(prompt.InputTokens, prompt.Labels.OutputTokens[endpoint]);
    }
}
