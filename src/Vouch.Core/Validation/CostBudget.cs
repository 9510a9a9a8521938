using System.Globalization;
using Vouch.Core.Exceptions;

namespace Vouch.Core.Validation;

/// <summary>
/// An amount of money that must not be overspent: what a step is expected to cost is reserved before it begins, and what it did cost is booked when it ends.
/// A reservation that does not fit is refused as a whole.
/// </summary>
/// <remarks>
/// Safe to share; sums are exact decimals, in the currency of the limit. Reserved and spent money together never exceed the limit by a reservation; only a step that
/// turns out dearer than reserved (<see cref="Settle"/>) can, and <see cref="Overrun"/> then says by how much. Allocates nothing unless it throws.
/// </remarks>
public sealed class CostBudget
{
    private readonly Lock _lock = new();
    private decimal _reserved;
    private decimal _spent;

    /// <summary>Initializes a budget.</summary>
    /// <param name="limit">How much may be spent, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is negative.</exception>
    public CostBudget(decimal limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        Limit = limit;
    }

    /// <summary>Gets how much may be spent.</summary>
    public decimal Limit { get; }

    /// <summary>Gets how much is set aside for steps under way.</summary>
    public decimal Reserved
    {
        get
        {
            lock (_lock)
            {
                return _reserved;
            }
        }
    }

    /// <summary>Gets how much is spent.</summary>
    public decimal Spent
    {
        get
        {
            lock (_lock)
            {
                return _spent;
            }
        }
    }

    /// <summary>Gets how much can still be reserved, 0 or more.</summary>
    public decimal Available
    {
        get
        {
            lock (_lock)
            {
                return Math.Max(0, Limit - _reserved - _spent);
            }
        }
    }

    /// <summary>Gets by how much the spent money exceeds the limit, 0 where it does not.</summary>
    public decimal Overrun
    {
        get
        {
            lock (_lock)
            {
                return Math.Max(0, _spent - Limit);
            }
        }
    }

    /// <summary>Sets money aside where enough is left.</summary>
    /// <param name="amount">How much, 0 or more.</param>
    /// <returns>Whether it was reserved; all of it or nothing.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="amount"/> is negative.</exception>
    public bool TryReserve(decimal amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        lock (_lock)
        {
            if (amount > Limit - _reserved - _spent)
            {
                return false;
            }

            _reserved += amount;
            return true;
        }
    }

    /// <summary>Sets money aside.</summary>
    /// <param name="amount">How much, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="amount"/> is negative.</exception>
    /// <exception cref="ResourceAllocationException">Not enough is left; nothing was reserved.</exception>
    public void Reserve(decimal amount)
    {
        if (!TryReserve(amount))
        {
            decimal available = Available;
            throw new ResourceAllocationException(
                string.Create(CultureInfo.InvariantCulture, $"A cost of {amount} does not fit the budget: {available} of {Limit} left. Raise the budget or ask for less."))
            {
                Resource = "cost",
                Requested = (double)amount,
                Available = (double)available,
            };
        }
    }

    /// <summary>Ends a reservation and books what the step did cost.</summary>
    /// <param name="reserved">What was reserved for it.</param>
    /// <param name="spent">What it cost, 0 or more; may exceed what was reserved.</param>
    /// <exception cref="ArgumentOutOfRangeException">An amount is negative.</exception>
    /// <exception cref="InvalidOperationException">More is settled than was reserved: something is settled twice.</exception>
    public void Settle(decimal reserved, decimal spent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(reserved);
        ArgumentOutOfRangeException.ThrowIfNegative(spent);
        lock (_lock)
        {
            if (reserved > _reserved)
            {
                throw new InvalidOperationException(
                    string.Create(CultureInfo.InvariantCulture, $"A reservation of {reserved} is settled, but only {_reserved} reserved: something is settled twice."));
            }

            _reserved -= reserved;
            _spent += spent;
        }
    }

    /// <summary>Ends a reservation whose step never cost anything.</summary>
    /// <param name="reserved">What was reserved for it.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="reserved"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">More is released than was reserved: something is released twice.</exception>
    public void Release(decimal reserved) => Settle(reserved, spent: 0);
}
