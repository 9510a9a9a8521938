using System.Globalization;
using Vouch.Economy.Scheduling.Solver;

namespace Vouch.Economy.Pricing;

/// <summary>What one slot of time costs, for a row of equally long slots: electricity, spot machines, carbon, or any other price per unit of rate and slot.</summary>
/// <remarks>
/// <para>Immutable and safe to share. Prices may be zero or negative. The cost of any window comes from prefix sums in O(1).</para>
/// <para>
/// Prices are <see cref="double"/>, not <see cref="decimal"/>: the solver reads millions of windows per second and its sums are exact as long as prices are whole
/// numbers (cents, say) and no sum passes 2^53, about 9e15. Fractional prices carry the usual relative rounding of about 1e-15 per sum. A price curve is made
/// for up to 168 hours of hourly or finer slots and takes up to <see cref="MaxSlotCount"/> slots.
/// </para>
/// </remarks>
public sealed class PriceCurve
{
    /// <summary>The largest number of slots of one curve.</summary>
    public const int MaxSlotCount = 100_000;

    /// <summary>The largest magnitude of a price.</summary>
    public const double MaxPrice = 1e15;

    private readonly double[] _prices;
    private readonly double[] _prefix;

    /// <summary>Initializes a curve.</summary>
    /// <param name="start">When the first slot begins.</param>
    /// <param name="slotLength">How long every slot lasts, in (0, 31 days].</param>
    /// <param name="prices">One price per slot and unit of rate, 1 to <see cref="MaxSlotCount"/> of them, finite, at most <see cref="MaxPrice"/> in magnitude; copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="prices"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range; the message names the slot.</exception>
    public PriceCurve(DateTimeOffset start, TimeSpan slotLength, IReadOnlyList<double> prices)
    {
        ArgumentNullException.ThrowIfNull(prices);
        if (slotLength <= TimeSpan.Zero || slotLength > TimeSpan.FromDays(31))
        {
            throw new ArgumentOutOfRangeException(nameof(slotLength), slotLength, "A slot lasts more than zero and at most 31 days.");
        }

        if (prices.Count is < 1 or > MaxSlotCount)
        {
            throw new ArgumentOutOfRangeException(nameof(prices), prices.Count, $"A price curve has 1 to {MaxSlotCount} slots.");
        }

        if (slotLength.Ticks > (DateTimeOffset.MaxValue - start).Ticks / prices.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(start), start, "The curve would end after the last representable time.");
        }

        _prices = [.. prices];
        _prefix = new double[_prices.Length + 1];
        for (int slot = 0; slot < _prices.Length; slot++)
        {
            double price = _prices[slot];
            if (!(Math.Abs(price) <= MaxPrice))
            {
                throw new ArgumentOutOfRangeException(
                    nameof(prices),
                    price,
                    string.Create(CultureInfo.InvariantCulture, $"The price of slot {slot} must be a finite number of magnitude {MaxPrice:G} at most."));
            }

            _prefix[slot + 1] = _prefix[slot] + price;
        }

        Start = start;
        SlotLength = slotLength;
    }

    /// <summary>Gets when the first slot begins.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>Gets how long every slot lasts.</summary>
    public TimeSpan SlotLength { get; }

    /// <summary>Gets when the last slot ends.</summary>
    public DateTimeOffset End => Start + (SlotLength * SlotCount);

    /// <summary>Gets the number of slots.</summary>
    /// <value>A count in [1, <see cref="MaxSlotCount"/>].</value>
    public int SlotCount => _prices.Length;

    /// <summary>Gets the prices, one per slot.</summary>
    public ReadOnlySpan<double> Prices => _prices;

    /// <summary>Gets the lowest price.</summary>
    public double Lowest => _prices.Min();

    /// <summary>Gets the highest price.</summary>
    public double Highest => _prices.Max();

    /// <summary>Gets the mean price.</summary>
    public double Average => _prefix[^1] / _prices.Length;

    /// <summary>Gets the sums of the prices before each slot: <c>SlotCount + 1</c> numbers, the first 0.</summary>
    internal double[] Prefix => _prefix;

    /// <summary>Gets the price of a slot.</summary>
    /// <param name="slot">The slot, in [0, <see cref="SlotCount"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="slot"/> is outside the curve.</exception>
    public double this[int slot]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(slot);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, SlotCount);
            return _prices[slot];
        }
    }

    /// <summary>Makes a curve from decimal prices, each rounded to the nearest double.</summary>
    /// <param name="start">When the first slot begins.</param>
    /// <param name="slotLength">How long every slot lasts, in (0, 31 days].</param>
    /// <param name="prices">One price per slot; copied.</param>
    /// <returns>The curve.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="prices"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static PriceCurve FromDecimals(DateTimeOffset start, TimeSpan slotLength, IReadOnlyList<decimal> prices)
    {
        ArgumentNullException.ThrowIfNull(prices);
        return new PriceCurve(start, slotLength, [.. prices.Select(static price => (double)price)]);
    }

    /// <summary>Sums the prices of a window, in O(1).</summary>
    /// <param name="startSlot">The first slot, 0 or more.</param>
    /// <param name="length">The number of slots, 0 or more; the window ends inside the curve.</param>
    /// <returns>The sum of the prices; exact for whole-number prices, 0 for an empty window.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The window is not inside the curve.</exception>
    public double WindowCost(int startSlot, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(startSlot);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, SlotCount - startSlot);
        return _prefix[startSlot + length] - _prefix[startSlot];
    }

    /// <summary>Finds the cheapest window of a length, the earliest among equals, in O(deadline - release).</summary>
    /// <param name="length">The number of slots, 1 or more.</param>
    /// <param name="release">The first slot it may use, 0 or more.</param>
    /// <param name="deadline">The slot before which it ends; the end of the curve where null or later.</param>
    /// <returns>The first slot of the window, or -1 where no window of that length fits.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is below 1 or <paramref name="release"/> negative.</exception>
    public int CheapestWindow(int length, int release = 0, int? deadline = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(release);
        int end = Math.Min(deadline ?? SlotCount, SlotCount);
        if (release > end - length)
        {
            return -1;
        }

        WindowKernel.Cheapest(_prefix, length, release, end - length - release + 1, out int best);
        return best;
    }

    /// <summary>Tells when a slot begins.</summary>
    /// <param name="slot">The slot, in [0, <see cref="SlotCount"/>]; the last value is the end of the curve.</param>
    /// <returns>The time, with the offset of <see cref="Start"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="slot"/> is outside its range.</exception>
    public DateTimeOffset TimeOf(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slot);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slot, SlotCount);
        return Start + (SlotLength * slot);
    }

    /// <summary>Finds the slot that a time lies in.</summary>
    /// <param name="time">The time.</param>
    /// <param name="slot">The slot, or -1 where the time lies outside the curve.</param>
    /// <returns>Whether the time lies in the curve; its end does not.</returns>
    public bool TryGetSlot(DateTimeOffset time, out int slot)
    {
        long ticks = (time - Start).Ticks;
        bool inside = ticks >= 0 && ticks / SlotLength.Ticks < SlotCount;
        slot = inside ? (int)(ticks / SlotLength.Ticks) : -1;
        return inside;
    }

    /// <summary>Gets the price at a time.</summary>
    /// <param name="time">A time in [<see cref="Start"/>, <see cref="End"/>).</param>
    /// <returns>The price of the slot that the time lies in.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time lies outside the curve.</exception>
    public double PriceAt(DateTimeOffset time) =>
        TryGetSlot(time, out int slot)
            ? _prices[slot]
            : throw new ArgumentOutOfRangeException(nameof(time), time, string.Create(CultureInfo.InvariantCulture, $"The curve runs from {Start:O} to {End:O}."));

    /// <summary>Turns a release time into a slot: the first slot that begins at or after it.</summary>
    /// <param name="time">The earliest time that work may start.</param>
    /// <returns>A slot in [0, <see cref="SlotCount"/>]; the last value means that no slot is left.</returns>
    public int ReleaseSlot(DateTimeOffset time)
    {
        long ticks = (time - Start).Ticks;
        return ticks <= 0 ? 0 : (int)Math.Min(SlotCount, ((ticks - 1) / SlotLength.Ticks) + 1);
    }

    /// <summary>Turns a deadline into a slot: the number of slots that have ended by then.</summary>
    /// <param name="time">The latest time that work may end.</param>
    /// <returns>A slot in [0, <see cref="SlotCount"/>]; 0 means that not even the first slot ends in time.</returns>
    public int DeadlineSlot(DateTimeOffset time)
    {
        long ticks = (time - Start).Ticks;
        return ticks <= 0 ? 0 : (int)Math.Min(SlotCount, ticks / SlotLength.Ticks);
    }

    /// <summary>Turns a duration into slots, rounded up.</summary>
    /// <param name="duration">A duration above zero.</param>
    /// <returns>The number of slots, 1 or more.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="duration"/> is zero or negative, or takes more than 2^31 - 1 slots.</exception>
    public int SlotsFor(TimeSpan duration)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(duration, TimeSpan.Zero);
        long slots = ((duration.Ticks - 1) / SlotLength.Ticks) + 1;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(slots, int.MaxValue, nameof(duration));
        return (int)slots;
    }
}
