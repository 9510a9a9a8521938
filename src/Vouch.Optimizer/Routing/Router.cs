using Microsoft.Extensions.Options;
using Vouch.Core.Exceptions;
using Vouch.Core.Policy;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Diagnostics;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Guarantees;
using Vouch.Optimizer.Learning;

namespace Vouch.Optimizer.Routing;

/// <summary>
/// Routes queries to endpoints: hard laws first, then prediction, then policy, then the money is set aside. No forbidden endpoint is ever chosen and no cap ever passed,
/// whatever fails, falls back or changes in between; where nothing fits, the query is rejected with the law that binds.
/// </summary>
/// <remarks>
/// Safe to share. A decision allocates nothing once warm, if its predictor does not. Health is remembered by endpoint identifier across changes of the registry.
/// </remarks>
public sealed partial class Router : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CallPool _calls = new();
    private RouterOptions _options;
    private readonly OptimizerMetrics? _metrics;
    private readonly Dictionary<string, EndpointHealth> _health = new(StringComparer.Ordinal);
    private readonly EndpointCatalog _catalog;
    private ContextualBanditOptions? _exploration;
    private volatile CompiledPlan _plan;
    private long _lastDecision;

    /// <summary>Initializes a router.</summary>
    /// <param name="catalog">The endpoints; changes are followed.</param>
    /// <param name="predictor">What predicts quality and length.</param>
    /// <param name="plan">What the router is to do.</param>
    /// <param name="budgets">The ledger that money is set aside in; null for none, so that nothing is capped but what requests cap.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="exploration">How it explores and learns from its own choices; null for not at all.</param>
    /// <param name="timeProvider">The clock; the system's where null.</param>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/>, <paramref name="predictor"/> or <paramref name="plan"/> is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public Router(
        EndpointCatalog catalog,
        IOutcomePredictor predictor,
        RoutingPlan plan,
        BudgetLedger? budgets = null,
        RouterOptions? options = null,
        ContextualBanditOptions? exploration = null,
        TimeProvider? timeProvider = null)
        : this(catalog, predictor, plan, budgets, options, exploration, timeProvider, null)
    {
    }

    internal Router(
        EndpointCatalog catalog,
        IOutcomePredictor predictor,
        RoutingPlan plan,
        BudgetLedger? budgets,
        RouterOptions? options,
        ContextualBanditOptions? exploration,
        TimeProvider? timeProvider,
        OptimizerMetrics? metrics)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(predictor);
        ArgumentNullException.ThrowIfNull(plan);
        _options = options ?? new RouterOptions();
        RouterOptionsRules.ThrowIfInvalid(_options);
        Time = timeProvider ?? TimeProvider.System;
        Budgets = budgets ?? new BudgetLedger(null, Time);
        _catalog = catalog;
        _exploration = exploration;
        _metrics = metrics;
        _lastDecision = _options.FirstDecision - 1;
        Shadow = new ShadowLearner(_options.Shadow);
        SetTicks();
        _plan = Compile(catalog.Current, predictor, plan, null, NewBandit(predictor));
        catalog.Changed += Follow;
    }

    /// <summary>Gets the ledger that money is set aside in.</summary>
    public BudgetLedger Budgets { get; }

    /// <summary>Gets the digest of everything that governs decisions now.</summary>
    public PolicyDigest Digest => _plan.Digest;

    /// <summary>Gets the endpoints in force.</summary>
    public EndpointRegistry Registry => _plan.Registry;

    /// <summary>Gets the plan in force.</summary>
    public RoutingPlan Plan => _plan.Plan;

    /// <summary>Gets what watches the promise, null where nothing does.</summary>
    public GuaranteeMonitor? Monitor => _plan.Monitor;

    internal TimeProvider Time { get; }

    internal long CooldownTicks { get; private set; }

    internal long MaxCooldownTicks { get; private set; }

    internal long ProbeTicks { get; private set; }

    internal int MaxAttempts => _options.MaxAttempts;

    internal CompiledPlan Compiled => _plan;

    internal OptimizerMetrics? Metrics => _metrics;

    /// <summary>Decides where a query goes and sets the money aside.</summary>
    /// <param name="request">The query and its laws.</param>
    /// <returns>The call: its endpoint, to be told how the call went, and to be disposed of. A rejected query is a call without an endpoint.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count or cap of the request is negative.</exception>
    public RoutedCall Begin(in RouteRequest request)
    {
        RoutedCall call = _calls.Rent();
        try
        {
            call.Start(this, request, NextDecision(), isPreview: false);
        }
        catch
        {
            call.Dispose();
            throw;
        }

        return call;
    }

    /// <summary>Decides as <see cref="Begin"/> would, without setting money aside or letting a probe through: a dry run.</summary>
    /// <param name="request">The query and its laws.</param>
    /// <returns>The record of the decision.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count or cap of the request is negative.</exception>
    public DecisionRecord Preview(in RouteRequest request)
    {
        using RoutedCall call = _calls.Rent();
        call.Start(this, request, Volatile.Read(ref _lastDecision) + 1, isPreview: true);
        return call.ToRecord();
    }

    /// <summary>Puts another plan into force: another policy, or a calibration that was activated.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="monitor">What watches its promise, sized and ordered as the predictor's endpoints and then its cascades; null for nothing.</param>
    /// <exception cref="ArgumentNullException"><paramref name="plan"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="monitor"/> watches fewer positions than the predictor has endpoints and cascades.</exception>
    public void Use(RoutingPlan plan, GuaranteeMonitor? monitor = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        lock (_lock)
        {
            RequireFit(monitor, _plan.Predictor);
            _plan = Compile(_plan.Registry, _plan.Predictor, plan, monitor, _plan.Bandit);
        }
    }

    /// <summary>Puts another predictor into force. What was learnt on top of the old one is left behind, and so are its monitor and a calibration made for it.</summary>
    /// <param name="predictor">The predictor.</param>
    /// <param name="plan">The plan to follow with it.</param>
    /// <param name="monitor">What watches its promise; null for nothing.</param>
    /// <exception cref="ArgumentNullException"><paramref name="predictor"/> or <paramref name="plan"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="monitor"/> watches fewer positions than the predictor has endpoints and cascades.</exception>
    public void Use(IOutcomePredictor predictor, RoutingPlan plan, GuaranteeMonitor? monitor = null)
    {
        ArgumentNullException.ThrowIfNull(predictor);
        ArgumentNullException.ThrowIfNull(plan);
        RequireFit(monitor, predictor);
        lock (_lock)
        {
            _plan = Compile(_plan.Registry, predictor, plan, monitor, NewBandit(predictor));
        }
    }

    /// <summary>Puts other options into force while the router runs: cooldowns, tries, what is allowed at all, how it explores. What was learnt stays.</summary>
    /// <param name="options">The options; <see cref="RouterOptions.FirstDecision"/> and <see cref="RouterOptions.Shadow"/> hold from the start and are not followed.</param>
    /// <param name="exploration">How it explores and learns; null for not at all, and then what was learnt is left behind.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range; nothing changes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option of <paramref name="exploration"/> is outside its range; nothing changes.</exception>
    public void Configure(RouterOptions options, ContextualBanditOptions? exploration)
    {
        ArgumentNullException.ThrowIfNull(options);
        RouterOptionsRules.ThrowIfInvalid(options);
        lock (_lock)
        {
            CompiledPlan plan = _plan;
            ContextualBandit? bandit = exploration is null || plan.EndpointOf.Length == 0 ? null
                : plan.Bandit?.With(-1, exploration) ?? new ContextualBandit(plan.Predictions, exploration);
            _options = options;
            _exploration = exploration;
            SetTicks();
            _plan = Compile(plan.Registry, plan.Predictor, plan.Plan, plan.Monitor, bandit);
        }
    }

    /// <summary>Takes the quality of an answer that became known: the monitor and exploration learn from it.</summary>
    /// <param name="answer">What <see cref="RoutedCall.Answer"/> told.</param>
    /// <param name="score">The score found, in [0, 1]; anything else is left out.</param>
    /// <returns>What it did to the promise; <see cref="AuditVerdict.Accepted"/> where nothing watches.</returns>
    /// <remarks>Outcomes may come late, in any order, more than once, or not at all. A duplicate that the monitor recognises is not learnt from twice.</remarks>
    public AuditVerdict Audit(in RoutedAnswer answer, double score)
    {
        CompiledPlan plan = _plan;
        if (!(score >= 0 && score <= 1) || (uint)answer.Position >= (uint)plan.Routes || plan.NameOf(answer.Position) != answer.Endpoint)
        {
            return AuditVerdict.Rejected;
        }

        AuditVerdict verdict = plan.Monitor?.Audit(new AuditedOutcome(answer.DecisionId, answer.Position, answer.Expected, score)) ?? AuditVerdict.Accepted;
        if (verdict is not (AuditVerdict.Duplicate or AuditVerdict.Rejected))
        {
            plan.Bandit?.Learn(answer.Position, answer.Fitted, score);
        }

        return verdict;
    }

    /// <summary>Lists how the endpoints stand.</summary>
    public IReadOnlyList<EndpointStatus> Status()
    {
        CompiledPlan plan = _plan;
        long now = Time.GetTimestamp();
        return [.. plan.Registry.Endpoints.Select((endpoint, i) => new EndpointStatus(
            endpoint.Id,
            plan.Health[i].Failures,
            plan.Health[i].BlockedUntil > now ? Time.GetElapsedTime(now, plan.Health[i].BlockedUntil) : TimeSpan.Zero,
            plan.PositionOf[i] >= 0 && plan.Monitor?.IsSuspect(plan.PositionOf[i]) == true))];
    }

    /// <summary>Stops following the catalog.</summary>
    public void Dispose() => _catalog.Changed -= Follow;

    internal long RetryAfterTicks(TimeSpan retryAfter) =>
        retryAfter <= TimeSpan.Zero ? 0 : Ticks(retryAfter < _options.MaxRetryAfter ? retryAfter : _options.MaxRetryAfter);

    /// <summary>The plan that a further try of a call follows: today's endpoints and prices, and the model that its predictions came from.</summary>
    internal CompiledPlan PlanFor(CompiledPlan begun)
    {
        CompiledPlan current = _plan;
        return ReferenceEquals(current.Predictor, begun.Predictor) || ReferenceEquals(current.Registry, begun.Registry)
            ? (ReferenceEquals(current.Predictor, begun.Predictor) ? current : begun)
            : Compile(current.Registry, begun.Predictor, begun.Plan, begun.Monitor, begun.Bandit);
    }

    /// <summary>A monitor of a calibrated plan's promise, one position for each route.</summary>
    internal GuaranteeMonitor? NewMonitor(RoutingPlan plan, GuaranteeMonitorOptions? options) => options is null || plan.Calibration is not { } calibration
        ? null
        : new GuaranteeMonitor(Math.Max(1, _plan.Routes), Math.Clamp(calibration.PromisedQuality, 1e-6, 1 - 1e-6), options);

    private void SetTicks()
    {
        CooldownTicks = Ticks(_options.Cooldown);
        MaxCooldownTicks = Ticks(_options.MaxCooldown);
        ProbeTicks = Ticks(_options.ProbeTimeout);
    }

    private static void RequireFit(GuaranteeMonitor? monitor, IOutcomePredictor predictor)
    {
        int routes = predictor.Endpoints.Count + predictor.Cascades.Count;
        if (monitor is not null && monitor.Positions < routes)
        {
            throw new ArgumentException($"The monitor watches {monitor.Positions} positions; the predictor has {routes} endpoints and cascades.", nameof(monitor));
        }
    }

    private long NextDecision() => Interlocked.Increment(ref _lastDecision);

    private ContextualBandit? NewBandit(IOutcomePredictor predictor) =>
        _exploration is { } how && predictor.Endpoints.Count > 0 ? new ContextualBandit(predictor.Endpoints.Count + (2 * predictor.Cascades.Count), how) : null;

    private void Follow(EndpointRegistry registry)
    {
        lock (_lock)
        {
            // The catalog's present registry, not the argument: two changes in a row may arrive in either order.
            CompiledPlan plan = _plan;
            _plan = Compile(_catalog.Current, plan.Predictor, plan.Plan, plan.Monitor, plan.Bandit);
        }
    }

    private CompiledPlan Compile(EndpointRegistry registry, IOutcomePredictor predictor, RoutingPlan plan, GuaranteeMonitor? monitor, ContextualBandit? bandit)
    {
        lock (_health)
        {
            return new CompiledPlan(registry, predictor, plan, bandit, bandit is null ? null : _exploration, monitor, _options, HealthOf);
        }
    }

    private EndpointHealth HealthOf(string id)
    {
        if (!_health.TryGetValue(id, out EndpointHealth? health))
        {
            _health[id] = health = new EndpointHealth();
        }

        return health;
    }

    private long Ticks(TimeSpan span) => (long)Math.Ceiling(span.TotalSeconds * Time.TimestampFrequency);
}
