using Polly;
using Vouch.Resilience.Admission;

namespace Vouch.Resilience.Keys;

/// <summary>A call was refused.</summary>
/// <param name="Context">The call's context.</param>
/// <param name="Key">Its key.</param>
/// <param name="Reason">Why it was refused.</param>
public readonly record struct CallRefusedArguments(ResilienceContext Context, string Key, RefusalReason Reason);
