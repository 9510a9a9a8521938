using System.Diagnostics.CodeAnalysis;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Routing;

/// <summary>A request on its way: the endpoint it is sent to now, the money set aside for it, and the next endpoint after a failure.</summary>
/// <remarks>
/// <code>
/// using RoutedCall call = router.Begin(request);
/// while (call.Endpoint is { } endpoint)
/// {
///     ... send to endpoint with at most call.MaxOutputTokens, then
///     call.Complete(usage); break;      or      call.Fail(CallFailure.Unavailable, retryAfter);
/// }
/// </code>
/// A request that allows cascades (<see cref="RouteRequest.AllowsCascades"/>) looks at <see cref="IsComparing"/> first: both legs are asked, completed or failed, and resolved, and only then comes the loop.
/// Not thread-safe: one request, one flow. Dispose of it once; it is used again for another request, so nothing may touch it afterwards. What was neither completed nor
/// failed by then is charged in full.
/// </remarks>
public sealed partial class RoutedCall : IDisposable
{
    private readonly CallPool _pool;
    private OutcomePrediction[] _fitted = [];
    private OutcomePrediction[] _predictions = [];
    private double[] _costs = [];
    private int[] _eligible = [];
    private RoutingConstraint[] _constraints = [];
    private NanoUsd[] _expected = [];
    private NanoUsd[] _worst = [];
    private bool[] _tried = [];
    private Router? _router;
    private CompiledPlan? _plan;
    private RequestFacts _facts;
    private SelectionRule _rule;
    private SelectionResult _result;
    private BudgetReservation _reservation;
    private HealthTicket _ticket;
    private NanoUsd _requestAvailable;
    private NanoUsd _budgetAvailable;
    private string _budgetCap = "";
    private DateTimeOffset _at;
    private long _retryAfterTicks;
    private int _chosen = -1;
    private int _attempt;
    private bool _isPreview;
    private bool _isOpen;
    private bool _isLive;

    internal RoutedCall(CallPool pool) => _pool = pool;

    /// <summary>Gets the decision's number.</summary>
    public long DecisionId { get; private set; }

    /// <summary>Gets the endpoint to send to, with the prices it was chosen at; null where nothing fits, and after the call was completed or gave up.</summary>
    public Endpoint? Endpoint => _isOpen && !_isPreview ? _plan!.Registry[_chosen] : null;

    /// <summary>Gets the most output tokens that the call must be made with: what is set aside was counted with it.</summary>
    /// <value>1 or more; 0 without an endpoint.</value>
    public int MaxOutputTokens => _isOpen ? (int)_plan!.OutputLimit(_chosen, _facts) : 0;

    /// <summary>Gets what became of the latest decision.</summary>
    public RoutingOutcome Outcome { get; private set; }

    /// <summary>Gets what the latest choice rests on.</summary>
    public RouteBasis Basis => _result.Basis;

    /// <summary>Gets the chance with which the latest choice was made; 0 where none was.</summary>
    public double Propensity => _result.Propensity;

    /// <summary>Gets which try it is, from 1.</summary>
    public int Attempt => _attempt;

    /// <summary>Gets what the request was charged so far, failed tries included.</summary>
    public NanoUsd Spent { get; private set; }

    /// <summary>Gets what is set aside for the present try, for all legs of a cascade that are open.</summary>
    public NanoUsd Reserved => _isOpen ? _reservation.Amount : IsComparing ? ReservedForLegs() : NanoUsd.Zero;

    /// <summary>Gets what is expected of the chosen endpoint or cascade; the default where there is none.</summary>
    public OutcomePrediction Prediction => _result.Position >= 0 ? _predictions[_result.Position] : default;

    /// <summary>Gets what the query is expected to cost on the chosen endpoint or cascade.</summary>
    public NanoUsd ExpectedCost => _cascade >= 0 ? _cascadeExpected[_cascade] : _chosen >= 0 ? _expected[_chosen] : NanoUsd.Zero;

    /// <summary>Gets when another try makes sense where the query was rejected since endpoints cool down; null where waiting does not help.</summary>
    public TimeSpan? RetryAfter => _retryAfterTicks > 0 && _isLive ? TimeSpan.FromSeconds(_retryAfterTicks / (double)_router!.Time.TimestampFrequency) : null;

    /// <summary>Gets what to keep of the latest choice to learn from the answer's quality later.</summary>
    /// <exception cref="InvalidOperationException">Nothing was chosen.</exception>
    public RoutedAnswer Answer => _result.Position >= 0 && (_chosen >= 0 || _cascade >= 0)
        ? new RoutedAnswer(DecisionId, _plan!.NameOf(_result.Position), _result.Position, _fitted[_result.Position], _predictions[_result.Position].SuccessProbability, _result.Propensity)
        : throw new InvalidOperationException("Nothing was chosen, so there is no answer to learn from.");

    /// <summary>The call went well: charges what it cost and frees the rest.</summary>
    /// <param name="usage">The tokens billed; null where the endpoint did not tell, and then what was set aside is charged in full.</param>
    /// <returns>What was charged.</returns>
    /// <exception cref="InvalidOperationException">No call is under way.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or more tokens are hidden than there are.</exception>
    public NanoUsd Complete(TokenUsage? usage)
    {
        Require();
        NanoUsd cost = usage is { } known ? CostOf(_chosen, known) : _reservation.Amount;
        Close(cost, LegState.Answered);
        _plan!.Health[_chosen].Succeeded(_ticket);
        return cost;
    }

    /// <summary>The call failed: charges what the failure costs, leaves the endpoint alone where it is at fault, and chooses the next one where another may do better.</summary>
    /// <param name="failure">How it failed.</param>
    /// <param name="retryAfter">How long the endpoint asked to be left alone; null where it did not.</param>
    /// <param name="usage">The tokens billed all the same; null where that is not known.</param>
    /// <param name="tryNext">Whether another endpoint may be tried; false where part of the answer has reached the caller already.</param>
    /// <returns>Whether there is a next endpoint: <see cref="Endpoint"/>.</returns>
    /// <exception cref="InvalidOperationException">No call is under way.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="failure"/> is unknown, a count is negative, or more tokens are hidden than there are.</exception>
    public bool Fail(CallFailure failure, TimeSpan? retryAfter = null, TokenUsage? usage = null, bool tryNext = true)
    {
        Require();
        RequireKnown(failure);
        int failed = _chosen;
        Close(CostOfFailure(failed, _reservation.Amount, failure, usage), LegState.Failed);
        TellHealth(failed, _ticket, failure, retryAfter);
        _tried[failed] = true;
        if (!tryNext || failure is CallFailure.BadRequest or CallFailure.Cancelled || _attempt >= _router!.MaxAttempts)
        {
            return false;
        }

        Fallback();
        return _isOpen;
    }

    /// <summary>Gives the call back. What was neither completed nor failed is charged in full.</summary>
    public void Dispose()
    {
        if (!_isLive)
        {
            return;
        }

        CloseLegs();
        if (_isOpen && !_isPreview)
        {
            EndpointHealth health = _plan!.Health[_chosen];
            Close(_reservation.Amount, LegState.Failed);
            health.Withdrawn(_ticket);
        }

        // Nothing of a request is kept alive by the pool.
        _isLive = false;
        _isOpen = false;
        _router = null;
        _plan = null;
        _facts = default;
        _pool.Return(this);
    }

    /// <summary>An amount as dollars: what policies weigh against quality.</summary>
    internal static double Dollars(NanoUsd amount) => amount.Value / 1e9;

    internal void Start(Router router, in RouteRequest request, long decision, bool isPreview)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(request.InputTokens ?? 0, nameof(request.InputTokens));
        ArgumentOutOfRangeException.ThrowIfNegative(request.MaxInputTokens ?? 0, nameof(request.MaxInputTokens));
        ArgumentOutOfRangeException.ThrowIfLessThan(request.MaxOutputTokens ?? 1, 1, nameof(request.MaxOutputTokens));
        ArgumentOutOfRangeException.ThrowIfNegative(request.MaxCost?.Value ?? 0, nameof(request.MaxCost));
        _router = router;
        _isLive = true;
        _plan = router.Compiled;
        DecisionId = decision;
        _isPreview = isPreview;
        _isOpen = false;
        _isComparing = false;
        _cascade = -1;
        _sent = 0;
        _attempt = 0;
        _chosen = -1;
        _result = new SelectionResult(-1, 0, RouteBasis.Policy);
        _reservation = default;
        Spent = NanoUsd.Zero;
        long input = request.InputTokens ?? CompiledPlan.EstimatedTokens(request.Prompt.Length);
        long most = request.MaxInputTokens ?? (request.InputTokens is not null ? input : CompiledPlan.MostTokens(request.Prompt));
        NanoUsd cap = request.MaxCost is { } asked && asked < router.Budgets.MaxPerRequest ? asked : router.Budgets.MaxPerRequest;
        _facts = new RequestFacts(request.Prompt.Length, input, Math.Max(input, most), request.MaxOutputTokens ?? 0, request.Capabilities, request.Constraints, request.Tenant, cap, request.AllowsCascades);
        Grow(_plan);
        _tried.AsSpan(0, _plan.Registry.Count).Clear();

        Span<OutcomePrediction> fitted = _fitted.AsSpan(0, _plan.Predictions);
        _plan.Predictor.Predict(request.Prompt, fitted);
        Span<OutcomePrediction> predictions = _predictions.AsSpan(0, fitted.Length);
        fitted.CopyTo(predictions);
        _plan.Bandit?.Correct(predictions);
        Decide();
    }

    internal static NanoUsd CostOf(Endpoint endpoint, in TokenUsage usage)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(usage.ReasoningTokens, nameof(usage));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(usage.ReasoningTokens, usage.OutputTokens, nameof(usage));
        return endpoint.Prices.CostOf(usage.InputTokens, usage.OutputTokens - usage.ReasoningTokens, usage.ReasoningTokens);
    }

    private NanoUsd CostOf(int endpoint, in TokenUsage usage) => CostOf(_plan!.Registry[endpoint], usage);

    private NanoUsd CostOfFailure(int endpoint, NanoUsd reserved, CallFailure failure, TokenUsage? usage) =>
        usage is { } known ? CostOf(endpoint, known) : failure is CallFailure.Interrupted or CallFailure.Cancelled ? reserved : NanoUsd.Zero;

    private void TellHealth(int endpoint, in HealthTicket ticket, CallFailure failure, TimeSpan? retryAfter) =>
        _router!.TellHealth(_plan!.Registry[endpoint].Id, _plan.Health[endpoint], ticket, failure, retryAfter);

    private void Fallback()
    {
        MoveTo(_router!.PlanFor(_plan!));
        Decide();
    }

    private void Close(NanoUsd cost, LegState state)
    {
        if (_cascade >= 0)
        {
            _legs[2].Charged = cost;
            _legs[2].State = state;
        }

        _router!.Budgets.Settle(_reservation, cost);
        _router.Shadow.CallerSpent(cost);
        Spent += cost;
        _sent++;
        _reservation = default;
        _isOpen = false;
        _router.Metrics?.RecordSpend(_plan!.Registry[_chosen].Id, cost);
    }

    internal static void RequireKnown(CallFailure failure)
    {
        if (failure is < CallFailure.Unavailable or > CallFailure.Cancelled)
        {
            throw new ArgumentOutOfRangeException(nameof(failure), failure, "This is no kind of failure.");
        }
    }

    private void Require()
    {
        if (!_isLive || !_isOpen || _isPreview)
        {
            ThrowNotUnderWay();
        }
    }

    [DoesNotReturn]
    private static void ThrowNotUnderWay() => throw new InvalidOperationException("No call is under way: nothing was chosen, or it was completed, failed or disposed of before.");
}
