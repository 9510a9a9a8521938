using Vouch.Core.Models;

namespace Vouch.Observability.Slo;

/// <summary>When the error budget will be spent, with an interval.</summary>
/// <param name="Answer">What is answered.</param>
/// <param name="Hours">The hours until the budget is spent, with a 90 % interval whose upper end may be infinite; null where the answer is not <see cref="ExhaustionAnswer.WillBeSpent"/>.</param>
/// <param name="Explanation">The pace it rests on, in words.</param>
/// <remarks>The method is described at <see cref="SloStatus.Exhaustion"/>'s source: <c>docs</c> of the package state its measured error and coverage.</remarks>
public sealed record ExhaustionForecast(ExhaustionAnswer Answer, ConfidenceInterval? Hours, string Explanation);
