namespace Vouch.Testing.Simulations;

/// <summary>Brings tasks that are started on it into a simulation's queue.</summary>
internal sealed class SimulationTaskScheduler : TaskScheduler
{
    private readonly Simulation _simulation;
    private readonly SendOrPostCallback _execute;

    public SimulationTaskScheduler(Simulation simulation)
    {
        _simulation = simulation;
        _execute = state => TryExecuteTask((Task)state!);
    }

    public override int MaximumConcurrencyLevel => 1;

    protected override void QueueTask(Task task) => _simulation.EnqueueFromAnywhere(_execute, task);

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && _simulation.IsOwnThread && TryExecuteTask(task);

    protected override IEnumerable<Task>? GetScheduledTasks() => null;
}
