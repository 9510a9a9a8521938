using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.Clients;

/// <summary>A newcomer's answer beside the one that the caller got, for a judge.</summary>
/// <param name="Answer">What to keep to learn from its quality later, where it is not known at once.</param>
/// <param name="Prompt">The text of the last user message.</param>
/// <param name="Text">The newcomer's answer; blank where it is no plain text.</param>
/// <param name="ServedText">The answer that the caller got; blank where it is no plain text.</param>
/// <param name="Served">What is kept of the answer that the caller got.</param>
public sealed record ShadowReply(ShadowAnswer Answer, string Prompt, string Text, string ServedText, RoutedAnswer Served);
