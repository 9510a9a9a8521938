using Vouch.Core.Models;
using Vouch.Testing.Faults;
using Vouch.Testing.Workers;

namespace Vouch.Testing.Simulations;

public sealed partial class Simulation
{
    /// <summary>Gets the faults that the run was given.</summary>
    public FaultSchedule Faults => _options.Faults;

    /// <summary>Gets a task that ends when no fault is under way or to come: the time to ask for recovery.</summary>
    public Task FaultsOver => _faults.AllOver;

    /// <summary>Adds a fault to those of the run. One whose start has passed begins at once and ends when it would have.</summary>
    /// <param name="fault">The fault.</param>
    /// <exception cref="ArgumentNullException"><paramref name="fault"/> is null.</exception>
    public void Inject(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (!IsOutside("Simulation.Inject"))
        {
            _faults.Add(fault);
        }
    }

    internal void StrikeDueFaults() => _faults.StrikeDue();

    /// <summary>Adds a worker that computes answers, behind a link. The faults of the run strike both.</summary>
    /// <typeparam name="TUnit">What is sent out.</typeparam>
    /// <typeparam name="TResult">What comes back.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="compute">Computes the honest answer to a unit, in no virtual time; the service time is an option.</param>
    /// <param name="options">How it and its link behave when all is well; the defaults where null.</param>
    /// <returns>The worker.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is no valid id.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="compute"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public SimulatedWorker<TUnit, TResult> AddWorker<TUnit, TResult>(string name, Func<TUnit, TResult> compute, SimulatedWorkerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(compute);
        return AddWorker<TUnit, TResult>(name, (unit, _) => new ValueTask<TResult>(compute(unit)), options);
    }

    /// <summary>Adds a worker that runs real asynchronous code, behind a link. The faults of the run strike both.</summary>
    /// <typeparam name="TUnit">What is sent out.</typeparam>
    /// <typeparam name="TResult">What comes back.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="serve">Serves a call after the service time of the options. Its token is cancelled when the worker crashes.</param>
    /// <param name="options">How the worker and its link behave when all is well; the defaults where null.</param>
    /// <returns>The worker.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is no valid id.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="serve"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public SimulatedWorker<TUnit, TResult> AddWorker<TUnit, TResult>(string name, Func<TUnit, CancellationToken, ValueTask<TResult>> serve, SimulatedWorkerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(serve);
        var worker = new SimulatedWorker<TUnit, TResult>(this, new WorkerId(name), serve, options ?? new SimulatedWorkerOptions());
        if (!IsOutside("Simulation.AddWorker"))
        {
            _faults.AddTarget(worker);
        }

        return worker;
    }

    /// <summary>Adds workers named <c>worker-1</c>, <c>worker-2</c> and so on, each as <see cref="AddWorker{TUnit, TResult}(string, Func{TUnit, TResult}, SimulatedWorkerOptions?)"/> does.</summary>
    /// <typeparam name="TUnit">What is sent out.</typeparam>
    /// <typeparam name="TResult">What comes back.</typeparam>
    /// <param name="count">How many, 1 or more.</param>
    /// <param name="compute">Computes the honest answer to a unit.</param>
    /// <param name="options">How they and their links behave when all is well; the defaults where null.</param>
    /// <returns>The workers.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="compute"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is less than 1, or an option is outside its range.</exception>
    public IReadOnlyList<SimulatedWorker<TUnit, TResult>> AddWorkers<TUnit, TResult>(int count, Func<TUnit, TResult> compute, SimulatedWorkerOptions? options = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        int first = _faults.TargetCount + 1;
        return [.. Enumerable.Range(first, count).Select(number => AddWorker(FormattableString.Invariant($"worker-{number}"), compute, options))];
    }
}
