using Vouch.Core.Validation;

namespace Vouch.Optimizer.Policies;

/// <summary>What an endpoint charges.</summary>
/// <param name="InputPerMillion">Dollars per million input tokens, finite, 0 or more.</param>
/// <param name="OutputPerMillion">Dollars per million output tokens, hidden reasoning included, finite, 0 or more.</param>
public readonly record struct TokenPrice(double InputPerMillion, double OutputPerMillion)
{
    /// <summary>The cost of a call in dollars.</summary>
    /// <param name="inputTokens">Input tokens, 0 or more.</param>
    /// <param name="outputTokens">Output tokens, 0 or more.</param>
    public double Cost(double inputTokens, double outputTokens) => ((inputTokens * InputPerMillion) + (outputTokens * OutputPerMillion)) / 1e6;
}
