namespace Vouch.Observability.RootCause;

/// <summary>
/// One thing that is measured at every call of an operation. <see cref="Operation"/> and <see cref="Other"/> are numbers from an <see cref="OperationTable"/>; for time, <see cref="Other"/> is the called
/// service where the call only waits for one, for structure the called operation; -1 otherwise.
/// </summary>
internal readonly record struct FeatureKey(AccusationChannel Channel, int Operation, int Other);
