namespace Vouch.Optimizer.Budgets;

/// <summary>What stands against one cap for one tenant (or everyone). Not thread-safe: the ledger's lock guards it.</summary>
/// <remarks>
/// A window is cut into slices; the sum covers the present slice and as many whole ones before as make up the window, so that every interval of the
/// window's length is covered. What it forgets late (at most a slice) it errs on the safe side.
/// </remarks>
internal sealed class SpendAccount(SpendCap cap, string? tenant)
{
    private const int Slices = 60;

    private readonly long[]? _slices = cap.SliceTicks > 0 ? new long[Slices + 1] : null;
    private long _slice;
    private long _spent;
    private long _reserved;

    public SpendCap Cap { get; } = cap;

    public string? Tenant { get; } = tenant;

    public long Spent => _spent;

    public long Reserved => _reserved;

    public static long SliceTicksOf(long windowTicks) => Math.Max(1, ((windowTicks - 1) / Slices) + 1);

    /// <summary>What is left at a time; never below nothing.</summary>
    public long AvailableAt(long now)
    {
        Advance(now);
        long used = Saturated(_spent, _reserved);
        return used >= Cap.Limit ? 0 : Cap.Limit - used;
    }

    public bool IsIdleAt(long now)
    {
        Advance(now);
        return _slices is not null && _spent == 0 && _reserved == 0;
    }

    public void Reserve(long amount) => _reserved = Saturated(_reserved, amount);

    /// <summary>Turns a reservation into spending of what it came to.</summary>
    public void Settle(long reserved, long actual, long now)
    {
        Advance(now);
        _reserved -= reserved;
        Charge(actual);
    }

    public void Charge(long amount, long now)
    {
        Advance(now);
        Charge(amount);
    }

    private void Charge(long amount)
    {
        _spent = Saturated(_spent, amount);
        if (_slices is not null)
        {
            ref long slice = ref _slices[(int)(_slice % _slices.Length)];
            slice = Saturated(slice, amount);
        }
    }

    private void Advance(long now)
    {
        if (_slices is null)
        {
            return;
        }

        long slice = now / Cap.SliceTicks;
        if (slice <= _slice)
        {
            return;
        }

        // Slices that fell out of the window are forgotten; a long pause forgets all.
        if (slice - _slice >= _slices.Length)
        {
            Array.Clear(_slices);
            _spent = 0;
        }
        else
        {
            for (long gone = _slice + 1; gone <= slice; gone++)
            {
                ref long old = ref _slices[(int)(gone % _slices.Length)];
                _spent -= old;
                old = 0;
            }
        }

        _slice = slice;
    }

    private static long Saturated(long left, long right) => left > long.MaxValue - right ? long.MaxValue : left + right;
}
