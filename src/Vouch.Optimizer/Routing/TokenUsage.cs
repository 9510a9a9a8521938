namespace Vouch.Optimizer.Routing;

/// <summary>The tokens that a call was billed for.</summary>
/// <param name="InputTokens">The input tokens, 0 or more.</param>
/// <param name="OutputTokens">All output tokens, hidden ones included, 0 or more.</param>
/// <param name="ReasoningTokens">The hidden ones among them, 0 to <paramref name="OutputTokens"/>.</param>
public readonly record struct TokenUsage(long InputTokens, long OutputTokens, long ReasoningTokens = 0);
