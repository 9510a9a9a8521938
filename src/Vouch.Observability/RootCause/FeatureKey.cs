namespace Vouch.Observability.RootCause;

/// <summary>
/// One thing that is measured at every call of an operation. <see cref="Operation"/> and <see cref="Other"/> are numbers from an <see cref="OperationTable"/>; for time, <see cref="Other"/> is the called
/// service where the call only waits for one, for structure the called operation; -1 otherwise. With <see cref="IsLast"/> it is
/// the structure's other half: the service that the call turned to last, before it ended.
/// </summary>
internal readonly record struct FeatureKey(AccusationChannel Channel, int Operation, int Other, bool IsLast = false)
{
    public bool IsEdge => IsLast || this is { Channel: AccusationChannel.ExclusiveTime, Other: >= 0 };

    public bool IsOneSided => IsLast || Channel is AccusationChannel.ExclusiveTime or AccusationChannel.Errors;
}
