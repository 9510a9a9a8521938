namespace Vouch.Execution.Running;

internal sealed partial class JobRun<TUnit, TResult>
{
    /// <summary>Something under way: a call or a check. Its task never faults; it may be cancelled.</summary>
    private abstract class PendingAction(UnitState<TUnit, TResult> unit, double committed)
    {
        public UnitState<TUnit, TResult> Unit { get; } = unit;

        /// <summary>What it may cost, reserved under the cost cap.</summary>
        public double Committed { get; } = committed;

        public abstract Task Done { get; }
    }
}
