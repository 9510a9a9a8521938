using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Endpoints;

namespace Vouch.Optimizer.Routing;

/// <summary>A request on its way to a newcomer too, for the router to learn from; its answer is nobody's but the judge's.</summary>
/// <remarks>Made by <see cref="RoutedCall.Mirror"/>; it lives on when that call is given back. Not thread-safe. What was neither completed nor failed when it is disposed of is charged in full.</remarks>
public sealed class ShadowCall : IDisposable
{
    private readonly Router _router;
    private readonly EndpointHealth _health;
    private readonly HealthTicket _ticket;
    private readonly BudgetReservation _reservation;
    private readonly double _knownSuccess;
    private readonly double _knownTokens;
    private bool _isOver;

    internal ShadowCall(
        Router router, long decisionId, Endpoint endpoint, int maxOutputTokens, EndpointHealth health, HealthTicket ticket, BudgetReservation reservation, double knownSuccess, double knownTokens)
    {
        _router = router;
        DecisionId = decisionId;
        Endpoint = endpoint;
        MaxOutputTokens = maxOutputTokens;
        _health = health;
        _ticket = ticket;
        _reservation = reservation;
        _knownSuccess = knownSuccess;
        _knownTokens = knownTokens;
    }

    /// <summary>Gets the decision whose request is mirrored.</summary>
    public long DecisionId { get; }

    /// <summary>Gets the newcomer to send to.</summary>
    public Endpoint Endpoint { get; }

    /// <summary>Gets the most output tokens that the call must be made with.</summary>
    public int MaxOutputTokens { get; }

    /// <summary>The newcomer answered: charges what it cost.</summary>
    /// <param name="usage">The tokens billed; null where it did not tell, and then what was set aside is charged in full.</param>
    /// <returns>What to keep until its quality is known: <see cref="Router.Audit(in ShadowAnswer, double)"/>.</returns>
    /// <exception cref="InvalidOperationException">The call is over.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or more tokens are hidden than there are.</exception>
    public ShadowAnswer Complete(TokenUsage? usage)
    {
        Settle(usage is { } known ? RoutedCall.CostOf(Endpoint, known) : _reservation.Amount);
        _health.Succeeded(_ticket);
        return new ShadowAnswer(DecisionId, Endpoint.Id, _knownSuccess, _knownTokens, usage?.OutputTokens);
    }

    /// <summary>The call failed: charges what the failure costs and leaves the newcomer alone where it is at fault.</summary>
    /// <param name="failure">How it failed.</param>
    /// <param name="retryAfter">How long the newcomer asked to be left alone; null where it did not.</param>
    /// <exception cref="InvalidOperationException">The call is over.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="failure"/> is unknown.</exception>
    public void Fail(CallFailure failure, TimeSpan? retryAfter = null)
    {
        RoutedCall.RequireKnown(failure);
        Settle(failure is CallFailure.Interrupted or CallFailure.Cancelled ? _reservation.Amount : NanoUsd.Zero);
        _router.TellHealth(Endpoint.Id, _health, _ticket, failure, retryAfter);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isOver)
        {
            Settle(_reservation.Amount);
            _health.Withdrawn(_ticket);
        }
    }

    private void Settle(NanoUsd cost)
    {
        if (_isOver)
        {
            throw new InvalidOperationException("The mirrored call is over: it was completed, failed or disposed of before.");
        }

        _isOver = true;
        _router.Budgets.Settle(_reservation, cost);
        _router.Shadow.Settled(_reservation.Amount, cost);
        _router.Metrics?.RecordSpend(Endpoint.Id, cost);
    }
}
