namespace Vouch.Optimizer.Budgets;

/// <content>Open reservations: slots that are used again, in a list by age.</content>
public sealed partial class BudgetLedger
{
    private BudgetReservation Open(SpendAccount[] accounts, NanoUsd amount, long now)
    {
        int slot = _free;
        if (slot >= 0)
        {
            _free = _slots[slot].Next;
        }
        else
        {
            if (_used == _slots.Length)
            {
                Array.Resize(ref _slots, 2 * _used);
            }

            slot = _used++;
        }

        // All reservations wait equally long, so the list by age is the list by deadline.
        _slots[slot] = new Reservation { Accounts = accounts, Amount = amount.Value, Deadline = now + _timeoutTicks, Generation = ++_generation, Previous = _newest, Next = -1 };
        if (_newest >= 0)
        {
            _slots[_newest].Next = slot;
        }
        else
        {
            _oldest = slot;
        }

        _newest = slot;
        _open++;
        return new BudgetReservation(slot, _generation, amount);
    }

    private void Close(int slot, long actual, long now)
    {
        ref Reservation reservation = ref _slots[slot];

        // A settlement that cannot be written leaves the reservation open: it expires, charged in full.
        _journal?.Append(new BudgetEntry(BudgetEntryKind.Settled, reservation.Generation, DefaultTenant, new NanoUsd(actual), _time.GetUtcNow()));
        foreach (SpendAccount account in _shared)
        {
            account.Settle(reservation.Amount, actual, now);
        }

        foreach (SpendAccount account in reservation.Accounts!)
        {
            account.Settle(reservation.Amount, actual, now);
        }

        if (actual > reservation.Amount)
        {
            _overrun = actual - reservation.Amount > long.MaxValue - _overrun ? long.MaxValue : _overrun + actual - reservation.Amount;
        }

        if (reservation.Previous >= 0)
        {
            _slots[reservation.Previous].Next = reservation.Next;
        }
        else
        {
            _oldest = reservation.Next;
        }

        if (reservation.Next >= 0)
        {
            _slots[reservation.Next].Previous = reservation.Previous;
        }
        else
        {
            _newest = reservation.Previous;
        }

        reservation = new Reservation { Next = _free, Previous = -1 };
        _free = slot;
        _open--;
    }

    private void Expire(long now)
    {
        while (_oldest >= 0 && _slots[_oldest].Deadline <= now)
        {
            _expired++;
            Close(_oldest, _slots[_oldest].Amount, now);
        }
    }

    private struct Reservation
    {
        public SpendAccount[]? Accounts;
        public long Amount;
        public long Deadline;
        public long Generation;
        public int Previous;
        public int Next;
    }
}
