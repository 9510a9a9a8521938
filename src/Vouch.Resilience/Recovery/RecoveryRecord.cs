using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Recovery;

/// <summary>What was done about one failure.</summary>
/// <param name="Time">When, in UTC.</param>
/// <param name="Operation">The name of the operation that failed.</param>
/// <param name="Error">The type of the failure.</param>
/// <param name="Class">Its class.</param>
/// <param name="RecoveredBy">What helped; null where nothing did.</param>
/// <param name="StepsTried">How many steps were tried.</param>
/// <param name="StepsOverLimit">How many steps were passed over because they were at their limit.</param>
public sealed record RecoveryRecord(DateTimeOffset Time, string Operation, string Error, ErrorClass Class, RecoveryKind? RecoveredBy, int StepsTried, int StepsOverLimit);
