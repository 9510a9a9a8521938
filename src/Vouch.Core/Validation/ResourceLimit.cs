using System.Globalization;
using Vouch.Core.Exceptions;

namespace Vouch.Core.Validation;

/// <summary>A countable resource with a limit: slots, bytes, items in flight. It admits or refuses as a whole; it never goes over, whoever asks at once.</summary>
/// <remarks>Safe to share. Takes no lock and allocates nothing unless it throws. Money is kept by <see cref="CostBudget"/>.</remarks>
public sealed class ResourceLimit
{
    private long _used;
    private long _peak;

    /// <summary>Initializes a limit.</summary>
    /// <param name="resource">The name of the resource, for messages, such as <c>tiles in flight</c>.</param>
    /// <param name="limit">How much there is, 0 or more.</param>
    /// <exception cref="ArgumentException"><paramref name="resource"/> is blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is negative.</exception>
    public ResourceLimit(string resource, long limit)
    {
        Boundary.Text(resource);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        Resource = resource;
        Limit = limit;
    }

    /// <summary>Gets the name of the resource.</summary>
    public string Resource { get; }

    /// <summary>Gets how much there is.</summary>
    public long Limit { get; }

    /// <summary>Gets how much is taken.</summary>
    public long Used => Volatile.Read(ref _used);

    /// <summary>Gets how much is left.</summary>
    public long Available => Limit - Used;

    /// <summary>Gets the most that was ever taken at once.</summary>
    public long Peak => Volatile.Read(ref _peak);

    /// <summary>Takes some of the resource where enough is left.</summary>
    /// <param name="amount">How much, 0 or more.</param>
    /// <returns>Whether it was taken; all of it or nothing.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="amount"/> is negative.</exception>
    public bool TryTake(long amount = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        long seen = Volatile.Read(ref _used);
        while (amount <= Limit - seen)
        {
            long found = Interlocked.CompareExchange(ref _used, seen + amount, seen);
            if (found == seen)
            {
                RaisePeak(seen + amount);
                return true;
            }

            seen = found;
        }

        return false;
    }

    /// <summary>Takes some of the resource.</summary>
    /// <param name="amount">How much, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="amount"/> is negative.</exception>
    /// <exception cref="ResourceAllocationException">Not enough is left; nothing was taken.</exception>
    public void Take(long amount = 1)
    {
        if (!TryTake(amount))
        {
            long available = Available;
            throw new ResourceAllocationException(
                string.Create(CultureInfo.InvariantCulture, $"{amount} of {Resource} asked for, {available} of {Limit} left. Wait for some to be given back, or raise the limit."))
            {
                Resource = Resource,
                Requested = amount,
                Available = available,
            };
        }
    }

    /// <summary>Gives some of the resource back.</summary>
    /// <param name="amount">How much, 0 or more, and no more than is taken.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="amount"/> is negative.</exception>
    /// <exception cref="InvalidOperationException">More is given back than was taken: something is given back twice.</exception>
    public void Return(long amount = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        long seen = Volatile.Read(ref _used);
        while (true)
        {
            if (amount > seen)
            {
                throw new InvalidOperationException(
                    string.Create(CultureInfo.InvariantCulture, $"{amount} of {Resource} given back, but only {seen} taken: something is given back twice."));
            }

            long found = Interlocked.CompareExchange(ref _used, seen - amount, seen);
            if (found == seen)
            {
                return;
            }

            seen = found;
        }
    }

    private void RaisePeak(long used)
    {
        long peak = Volatile.Read(ref _peak);
        while (used > peak)
        {
            long found = Interlocked.CompareExchange(ref _peak, used, peak);
            if (found == peak)
            {
                return;
            }

            peak = found;
        }
    }
}
