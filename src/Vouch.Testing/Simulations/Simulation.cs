using Vouch.Testing.Faults;

namespace Vouch.Testing.Simulations;

/// <summary>
/// Runs real asynchronous code on one thread, in virtual time, in an order drawn from a seed: the same seed gives the same run, event for event, and an hour of
/// waiting takes no time.
/// </summary>
/// <remarks>
/// <para>Caught, and run here one piece after another: <c>await</c> with and without <c>ConfigureAwait(false)</c>, <c>Task.Run</c>, <c>Task.Yield</c>, <c>ContinueWith</c>,
/// <c>Task.WhenAll</c>, <c>TaskCompletionSource</c>, <c>SemaphoreSlim.WaitAsync</c>, channels behind a plain <c>await</c>, and on <see cref="Time"/>: <c>Task.Delay</c>, <c>CancellationTokenSource</c>,
/// <c>PeriodicTimer</c>, <c>WaitAsync</c>, Polly. Virtual time moves only when nothing may run.</para>
/// <para>Not caught, but reported as an <see cref="SimulationFailureKind.Escape"/>: work for the pool's shared queue (<c>ThreadPool.QueueUserWorkItem</c> without <c>preferLocal</c>,
/// channels behind <c>ConfigureAwait(false)</c> or <c>ReadAllAsync</c> unless made with <c>AllowSynchronousContinuations</c>), the system's clock (<c>Task.Delay</c> without a <see cref="TimeProvider"/>),
/// threads, <c>Parallel</c>, real input and output. A thread that blocks (<c>.Result</c>) is reported as a <see cref="SimulationFailureKind.Stall"/>.</para>
/// <para>Not noticed: what differs from run to run without leaving the thread, such as <c>Random.Shared</c>, <c>Guid.NewGuid</c>, the system's clock when read, hash codes of strings, static state
/// and memory addresses. A swarm runs its first seed twice to find it.</para>
/// <para>The members of an instance belong to the scenario and its thread.</para>
/// </remarks>
public sealed partial class Simulation
{
    private const ulong OrderPurpose = 1;
    private const ulong ScenarioPurpose = 2;

    private readonly SimulationOptions _options;
    private readonly SeededRandom? _order;
    private readonly EventLog _log;
    private readonly List<Activity> _activities = [];
    private ulong _purposes = 16;
    private int _sweepActivitiesAt = 64;

    private Simulation(SimulationOptions options)
    {
        _options = options;
        _order = options.Order == SimulationOrder.Seeded ? SeededRandom.For(options.Seed, OrderPurpose) : null;
        _log = new EventLog(options.LastEvents, options.Log);
        _context = new SimulationContext(this);
        Random = SeededRandom.For(options.Seed, ScenarioPurpose);
        Time = new SimulatedTimeProvider(this);
        Scheduler = new SimulationTaskScheduler(this);
        _faults = new FaultDriver(this, options.Faults);
    }

    /// <summary>Gets the seed of the run.</summary>
    public ulong Seed => _options.Seed;

    /// <summary>Gets the virtual clock: hand it to everything that takes a <see cref="TimeProvider"/>. It starts at midnight of 1 January 2000, UTC.</summary>
    public TimeProvider Time { get; }

    /// <summary>Gets how much virtual time has passed.</summary>
    public TimeSpan Elapsed => new(NowTicks);

    /// <summary>Gets random numbers of the scenario's own, drawn from the seed. Faults, links and workers have others.</summary>
    public Random Random { get; }

    /// <summary>Gets a scheduler for <c>Task.Factory.StartNew</c> and other code that asks for one.</summary>
    public TaskScheduler Scheduler { get; }

    /// <summary>Runs a scenario.</summary>
    /// <param name="scenario">What to run; the run ends when its task does.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <returns>What the run did.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="scenario"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="SimulationException">The run failed; the message is the whole report.</exception>
    public static SimulationReport Run(Func<Simulation, Task> scenario, SimulationOptions? options = null)
    {
        SimulationReport report = TryRun(scenario, options);
        return report.Failure is null ? report : throw new SimulationException(report);
    }

    /// <summary>Runs a scenario and tells whether it failed, instead of throwing.</summary>
    /// <param name="scenario">What to run; the run ends when its task does.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <returns>What the run did.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="scenario"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public static SimulationReport TryRun(Func<Simulation, Task> scenario, SimulationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        options ??= new SimulationOptions();
        options.ThrowIfInvalid();
        SimulationReport? report = null;
        return SimulationThread.Run(stage => report = RunHere(scenario, options, stage), options.StallLimit) ?? report!;
    }

    /// <summary>Starts an activity beside the scenario. The scenario need not wait for it.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="work">What it does. Where it throws anything but <see cref="OperationCanceledException"/>, the run fails.</param>
    /// <returns>A task that ends with the activity.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> or <paramref name="work"/> is null.</exception>
    public Task Start(string name, Func<Task> work)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(work);
        if (IsOutside("Simulation.Start"))
        {
            return new TaskCompletionSource().Task;
        }

        var activity = new Activity(name);
        Register(activity);
        return activity.Task = StartAsync(activity, work);
    }

    /// <summary>Waits in virtual time.</summary>
    /// <param name="span">How long.</param>
    /// <returns>A task that ends then.</returns>
    public Task Delay(TimeSpan span) => Task.Delay(span, Time);

    /// <summary>Records an event in the log.</summary>
    /// <param name="source">Who it happened to.</param>
    /// <param name="what">What happened.</param>
    /// <param name="number">A number that belongs to it, or -1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="source"/> or <paramref name="what"/> is null.</exception>
    public void Record(string source, string what, long number = -1)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(what);
        if (!IsOutside("Simulation.Record"))
        {
            _log.Add(NowTicks, source, what, number);
        }
    }

    internal void RecordHere(string source, string what, long number) => _log.Add(NowTicks, source, what, number);

    /// <summary>A generator for one part of the simulated world, so that one part's draws change no other part's.</summary>
    internal SeededRandom NewRandom() => SeededRandom.For(Seed, _purposes++);

    private void Register(Activity activity)
    {
        if (_activities.Count >= _sweepActivitiesAt)
        {
            _activities.RemoveAll(static activity => activity.Task is { IsCompleted: true });
            _sweepActivitiesAt = Math.Max(64, _activities.Count * 2);
        }

        _activities.Add(activity);
    }

    private async Task StartAsync(Activity activity, Func<Task> work)
    {
        await Task.Yield();
        try
        {
            await (activity.Work = work()).ConfigureAwait(true);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            Fail(SimulationFailureKind.Error, $"The activity '{activity.Name}' threw {error.GetType().Name}: {error.Message}", error);
            throw;
        }
    }

    private sealed class Activity(string name)
    {
        public string Name { get; } = name;

        public Task? Task { get; set; }

        /// <summary>The work itself, once it has begun.</summary>
        public Task? Work { get; set; }
    }
}
