using Vouch.Core.Models;
using Vouch.Core.Work;
using Vouch.Testing.Faults;
using Vouch.Testing.Simulations;

namespace Vouch.Testing.Workers;

/// <summary>
/// A worker in a simulation, behind a link: a call travels there, waits in line, is served, and its answer travels back. The faults of the run strike on every leg.
/// Made by <see cref="Simulation.AddWorker{TUnit, TResult}(string, Func{TUnit, TResult}, SimulatedWorkerOptions?)"/>.
/// </summary>
/// <typeparam name="TUnit">What is sent out.</typeparam>
/// <typeparam name="TResult">What comes back.</typeparam>
/// <remarks>
/// <para>What a caller sees: the answer; <see cref="WorkerCrashException"/> where the worker was down, crashed meanwhile or answered with an error;
/// <see cref="Core.Exceptions.ResourceAllocationException"/> where the line was full; <see cref="TimeoutException"/> where the request was too old for the worker; <see cref="InvalidDataException"/> where the
/// answer was damaged and no <see cref="Damage"/> is given; nothing for ever where a message was lost or the worker hangs. A cancelled call ends at once; the worker does not learn of it and works on.</para>
/// <para>Belongs to the simulation's thread. A call allocates a few hundred bytes and takes a microsecond or two of real time.</para>
/// </remarks>
public sealed partial class SimulatedWorker<TUnit, TResult> : IWorker<TUnit, TResult>, IFaultTarget
{
    private readonly Simulation _simulation;
    private readonly Func<TUnit, CancellationToken, ValueTask<TResult>> _serve;
    private readonly SimulatedWorkerOptions _options;
    private readonly SeededRandom _random;
    private readonly ActiveFaults _faults;
    private readonly SeededRandom _lies;

    internal SimulatedWorker(Simulation simulation, WorkerId id, Func<TUnit, CancellationToken, ValueTask<TResult>> serve, SimulatedWorkerOptions options)
    {
        options.ThrowIfInvalid();
        _simulation = simulation;
        _serve = serve;
        _options = options;
        _random = simulation.NewRandom();
        _faults = new ActiveFaults(simulation.NewRandom());
        _lies = simulation.NewRandom();
        Id = id;
        Time = new SkewedTimeProvider(simulation.Time, _faults);
    }

    /// <inheritdoc/>
    public WorkerId Id { get; }

    /// <summary>Gets how many calls the worker serves at once: <see cref="SimulatedWorkerOptions.Servers"/>. More wait in line.</summary>
    public int Capacity => _options.Servers;

    /// <summary>Gets the worker's own clock, which <see cref="FaultKind.ClockSkew"/> sets off.</summary>
    public TimeProvider Time { get; }

    /// <summary>Gets or sets how the worker lies when it does.</summary>
    /// <value>A function of the honest answer and random numbers. The default is null: it answers with the default value of the type.</value>
    public Func<TResult, Random, TResult>? Lie { get; set; }

    /// <summary>Gets or sets what becomes of an answer that is damaged on the way and not noticed.</summary>
    /// <value>A function of the answer and random numbers. The default is null: damage is noticed, and the caller gets an <see cref="InvalidDataException"/>.</value>
    public Func<TResult, Random, TResult>? Damage { get; set; }

    /// <summary>Gets the number of calls that were made.</summary>
    public int Calls { get; private set; }

    /// <summary>Gets the number of requests that were served to their end, duplicates and those nobody waits for any more counted.</summary>
    public int Served { get; private set; }

    /// <summary>Gets how many of those were served for nobody: the caller had gone, or had its answer already.</summary>
    public int Wasted { get; private set; }

    /// <summary>Gets how many calls are being served now.</summary>
    public int Serving { get; private set; }

    /// <summary>Gets the greatest number of calls served at once so far.</summary>
    public int PeakServing { get; private set; }

    /// <summary>Gets how many calls wait in line now.</summary>
    public int Waiting => _line.Count;

    /// <summary>Gets whether the worker is down.</summary>
    public bool IsDown => _faults.Crashed || _restartsAt > _simulation.NowTicks;

    /// <summary>Calls the worker.</summary>
    /// <param name="unit">What is asked.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>The answer, true or not.</returns>
    public ValueTask<TResult> ExecuteAsync(TUnit unit, CancellationToken cancellationToken = default)
    {
        if (_simulation.IsOutside("SimulatedWorker.ExecuteAsync"))
        {
            return new ValueTask<TResult>(new TaskCompletionSource<TResult>().Task);
        }

        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<TResult>(cancellationToken);
        }

        _simulation.StrikeDueFaults();
        var call = new Call(Calls++, unit, _simulation.NowTicks);
        if (cancellationToken.CanBeCanceled)
        {
            call.Registration = cancellationToken.UnsafeRegister(static (state, token) => ((Call)state!).TrySetCanceled(token), call);
        }

        Record("called", call.Number);
        SendRequest(call);
        if (_faults.Draws(FaultKind.Duplication))
        {
            Record("request doubled", call.Number);
            SendRequest(call);
        }

        return new ValueTask<TResult>(call.Task);
    }

    void IFaultTarget.Strike(Fault fault)
    {
        _faults.Add(fault);
        Record(Struck[(int)fault.Kind]);
        if (fault.Kind == FaultKind.Crash)
        {
            DropAll();
        }
    }

    void IFaultTarget.Lift(Fault fault)
    {
        _faults.Remove(fault);
        Record(Lifted[(int)fault.Kind]);
        switch (fault.Kind)
        {
            case FaultKind.Hang when _faults[FaultKind.Hang] == 0:
                ReleaseHung();
                break;
            case FaultKind.Leak when _faults[FaultKind.Leak] == 0:
                _leaked = 0;
                break;
        }
    }

    private void Record(string what, long number = -1) => _simulation.RecordHere(Id.Value, what, number);
}
