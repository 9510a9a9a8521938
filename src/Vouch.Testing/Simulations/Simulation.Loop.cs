using System.Diagnostics;
using Vouch.Testing.Faults;

namespace Vouch.Testing.Simulations;

public sealed partial class Simulation
{
    // The change handler sees every thread that takes up code of a simulation, before the code runs: an escape is noticed at its first step.
    private static readonly AsyncLocal<Simulation?> Ambient = new(OnAmbientChanged);

    [ThreadStatic]
    private static PoolCapture? _capture;

    private readonly SimulationContext _context;
    private readonly DueQueue _due = new();
    private readonly FaultDriver _faults;
    private readonly int _threadId = Environment.CurrentManagedThreadId;
    private readonly Thread _thread = Thread.CurrentThread;
    private readonly object _gate = new();      // waited on by other threads only, and where nothing may run
    private readonly List<Work> _poolWork = [];
    private readonly List<Work> _runnable = new(64);
    private int _head;          // in first-come order the runnable ones begin here
    private long _steps;
    private volatile bool _ended;
    private volatile string? _escape;
    private SimulationFailure? _failure;

    internal long NowTicks { get; private set; }

    internal bool IsOwnThread => Environment.CurrentManagedThreadId == _threadId;

    internal long Steps => Volatile.Read(ref _steps);

    internal static SimulationReport RunHere(Func<Simulation, Task> scenario, SimulationOptions options, SimulationThread.Stage stage)
    {
        PoolCapture? capture = _capture ??= PoolCapture.Create();
        var simulation = new Simulation(options);
        stage.Current = simulation;
        SynchronizationContext? before = SynchronizationContext.Current;
        Ambient.Value = simulation;
        ExecutionContext? ambient = ExecutionContext.Capture();
        capture?.Enter();
        try
        {
            SynchronizationContext.SetSynchronizationContext(simulation._context);
            simulation._faults.Begin();
            simulation.Loop(simulation.RunScenarioAsync(scenario), capture, ambient);
        }
        finally
        {
            simulation._ended = true;
            simulation.WakeWaiting();
            while (capture?.Pop() is not null)
            {
                // Left over when the run ended; nobody waits for it.
            }

            capture?.Exit();
            SynchronizationContext.SetSynchronizationContext(before);
            Ambient.Value = null;
        }

        return simulation.Report();
    }

    /// <summary>A report of a run that cannot go on, made from another thread.</summary>
    internal SimulationReport ReportStall(TimeSpan limit)
    {
        _ended = true;
        return new SimulationReport(
            Seed, _options.Faults, Elapsed, Steps, _log.Count, _log.Digest, _log.Last(),
            new SimulationFailure(
                SimulationFailureKind.Stall,
                $"A step has blocked the thread for {limit.TotalSeconds:0} s of real time. Look for .Result, .Wait(), GetAwaiter().GetResult(), Thread.Sleep or an endless loop: a simulation has one thread, so what blocks it can never be released. Its thread was left behind.",
                null,
                Elapsed));
    }

    internal void Enqueue(object callback, object? state) => _runnable.Add(new Work(callback, state));

    internal void EnqueueFromAnywhere(object callback, object? state)
    {
        if (IsOwnThread)
        {
            if (!_ended)
            {
                Enqueue(callback, state);
            }
        }
        else
        {
            NoteEscape("A continuation came back from another thread.");
        }
    }

    internal long AddDue(long ticks, IDue item) => _due.Add(Math.Max(ticks, NowTicks), item);

    /// <summary>Whether a member is called by escaped code. Nothing happens then: an exception there would end the process where nobody catches it, and the run fails anyway.</summary>
    internal bool IsOutside(string what)
    {
        if (IsOwnThread)
        {
            return false;
        }

        NoteEscape($"{what} was called from another thread.");
        return true;
    }

    internal void Fail(SimulationFailureKind kind, string message, Exception? error = null) => _failure ??= new SimulationFailure(kind, message, error, Elapsed);

    private const string WhatToDo =
        "Hand Simulation.Time to whatever waits (Task.Delay without a TimeProvider runs on the system's clock); replace input, output and threads by simulated ones; make channels with AllowSynchronousContinuations or await them without ConfigureAwait(false); queue pool work with preferLocal.";

    private static void OnAmbientChanged(AsyncLocalValueChangedArgs<Simulation?> args)
    {
        if (args.CurrentValue is { _ended: false } simulation && args.ThreadContextChanged && !simulation.IsOwnThread)
        {
            simulation.NoteEscape("Code of the simulation runs on another thread.");

            // Hold the code back until the run is over, so that it does not run beside it.
            simulation.WaitOutside(TimeSpan.FromSeconds(5), untilEnd: true);
        }
    }

    private void NoteEscape(string what)
    {
        if (_ended || _escape is not null)
        {
            return;
        }

        string kind = PoolCapture.IsSupported ? "" : " (this runtime's thread pool cannot be captured, so nothing that is queued to it can be caught)";
        Interlocked.CompareExchange(ref _escape, $"{what}{kind} {WhatToDo}\nIt came from:\n{new StackTrace(2, fNeedFileInfo: false)}", null);
        WakeWaiting();
    }

    private void WakeWaiting()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }

    private void WaitOutside(TimeSpan longest, bool untilEnd)
    {
        lock (_gate)
        {
            if (!_ended && (untilEnd || _escape is null))
            {
                Monitor.Wait(_gate, longest);
            }
        }
    }

    private async Task RunScenarioAsync(Func<Simulation, Task> scenario)
    {
        var activity = new Activity("the scenario");
        Register(activity);
        await Task.Yield();
        await (activity.Work = scenario(this)).ConfigureAwait(true);
    }

    private void Loop(Task scenario, PoolCapture? capture, ExecutionContext? ambient)
    {
        while (true)
        {
            TakePoolWork(capture);
            if (_escape is { } escape)
            {
                Fail(SimulationFailureKind.Escape, escape);
            }

            if (_failure is not null)
            {
                return;
            }

            if (scenario.IsCompleted)
            {
                NoteEnd(scenario);
                return;
            }

            if (_runnable.Count == _head)
            {
                if (!PassTime())
                {
                    return;
                }

                continue;
            }

            Volatile.Write(ref _steps, _steps + 1);
            if (_steps > _options.StepLimit)
            {
                Fail(SimulationFailureKind.StepLimit, $"The run took more than {_options.StepLimit} steps. Does something loop without waiting? Raise StepLimit if the run is meant to be that long.");
                return;
            }

            Work work = TakeNext();
            SynchronizationContext.SetSynchronizationContext(_context);
            if (ambient is not null)
            {
                ExecutionContext.Restore(ambient);
            }

            try
            {
                work.Run(_thread);
            }
            catch (Exception error)
            {
                Fail(SimulationFailureKind.Error, $"A callback threw {error.GetType().Name}: {error.Message}", error);
            }

            CheckWatches();
        }
    }

    private void TakePoolWork(PoolCapture? capture)
    {
        if (capture is null)
        {
            return;
        }

        while (capture.Pop() is { } work)
        {
            _poolWork.Add(new Work(work, null));
        }

        for (int i = _poolWork.Count - 1; i >= 0; i--)
        {
            _runnable.Add(_poolWork[i]);
        }

        _poolWork.Clear();
    }

    private Work TakeNext()
    {
        int count = _runnable.Count - _head;
        Work work;
        if (_order is null)
        {
            work = _runnable[_head];
            _runnable[_head++] = default;
            if (_head == _runnable.Count || _head > 4096)
            {
                _runnable.RemoveRange(0, _head);
                _head = 0;
            }

            return work;
        }

        int choice = count == 1 ? 0 : _order.Below(count);
        _log.AddChoice(NowTicks, choice, count);
        work = _runnable[choice];
        _runnable[choice] = _runnable[count - 1];
        _runnable.RemoveAt(count - 1);
        return work;
    }

    /// <summary>Goes to the next time at which something is due, and lets everything happen that is due then.</summary>
    private bool PassTime()
    {
        if (!_due.TryPeek(out long due))
        {
            // Nothing can happen any more, unless something outside is under way: wait a moment of real time to be able to name it.
            PassThroughPool(TimeSpan.FromSeconds(5));
            WaitOutside(TimeSpan.FromMilliseconds(250), untilEnd: false);
            if (_escape is null)
            {
                Fail(SimulationFailureKind.Deadlock, DescribeDeadlock());
                return false;
            }

            return true;
        }

        if (due > _options.TimeLimit.Ticks)
        {
            Fail(SimulationFailureKind.TimeLimit, $"More than {_options.TimeLimit} of virtual time would pass. Does a timer go on for ever? Raise TimeLimit if the run is meant to be that long.\n{DescribeWaiting()}");
            return false;
        }

        NowTicks = due;
        do
        {
            (IDue item, long order) = _due.Take();
            item.Happen(order);
        }
        while (_due.TryPeek(out long next) && next == due && _failure is null);
        CheckWatches();
        return true;
    }

    /// <summary>Waits until a busy thread pool has begun with all that was in its shared queue, so that what escaped there has shown itself.</summary>
    private static void PassThroughPool(TimeSpan limit)
    {
        var passed = new ManualResetEventSlim();
        ThreadPool.UnsafeQueueUserWorkItem(static passed => passed.Set(), passed, preferLocal: false);
        passed.Wait(limit);
    }

    private void NoteEnd(Task scenario)
    {
        if (scenario.IsFaulted)
        {
            Exception error = scenario.Exception!.InnerException!;
            Fail(SimulationFailureKind.Error, $"The scenario threw {error.GetType().Name}: {error.Message}", error);
        }
        else if (scenario.IsCanceled)
        {
            Fail(SimulationFailureKind.Error, "The scenario was cancelled: an OperationCanceledException came out of it.");
        }
    }

    private string DescribeDeadlock() =>
        $"Nothing may run and no timer is set, but the scenario has not ended: it waits for something that nobody will do.\n{DescribeWaiting()}";

    private string DescribeWaiting() =>
        "Waiting:\n" + string.Join("\n", _activities.Where(static activity => activity.Work is { IsCompleted: false }).Select(static activity => $"  {activity.Name}{WaitingTask.Describe(activity.Work!)}"));

    private SimulationReport Report() => new(Seed, _options.Faults, Elapsed, _steps, _log.Count, _log.Digest, _log.Last(), _failure);

    private readonly struct Work(object callback, object? state)
    {
        public void Run(Thread thread)
        {
            if (callback is SendOrPostCallback posted)
            {
                posted(state);
            }
            else
            {
                PoolCapture.Execute(callback, thread);
            }
        }
    }
}
