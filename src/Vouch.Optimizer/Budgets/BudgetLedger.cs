using Microsoft.Extensions.Options;

namespace Vouch.Optimizer.Budgets;

/// <summary>
/// Keeps spending under hard caps: what a call can cost at most is set aside before it is made, and settled to what it did cost after. What is not settled in time
/// stays charged in full.
/// </summary>
/// <remarks>
/// Settled spending plus open reservations never exceed a cap, whatever threads, retries and fallbacks do, as long as a call costs no more than was set aside
/// for it; where a provider bills more, the excess is charged, shown in <see cref="Overrun"/>, and nothing further fits until there is room. Windows run on
/// monotonic time. Safe to share; each operation takes one short lock and allocates nothing for a tenant that is known. With a journal spending outlives a restart: what was set aside and
/// not settled when the process ended counts as spent in full, since nobody knows how those calls went. Without one the ledger lives in memory, and <see cref="Charge"/> enters what was spent before.
/// </remarks>
public sealed partial class BudgetLedger
{
    /// <summary>The tenant of requests that name none.</summary>
    public const string DefaultTenant = "";

    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly SpendCap[] _caps;
    private readonly SpendAccount[] _shared;
    private readonly bool _hasTenantCaps;
    private readonly Dictionary<string, SpendAccount[]> _tenants = new(StringComparer.Ordinal);
    private readonly long _timeoutTicks;
    private readonly int _maxTenants;
    private readonly int _maxOpen;
    private Reservation[] _slots = new Reservation[64];
    private int _used;
    private int _open;
    private int _free = -1;
    private int _oldest = -1;
    private int _newest = -1;
    private long _generation;
    private long _sweptAt = long.MinValue;
    private long _overrun;
    private long _expired;
    private readonly IBudgetJournal? _journal;

    /// <summary>Initializes a ledger.</summary>
    /// <param name="options">The options; null for none, so that everything fits. Later changes of the object are not followed; <see cref="SetLimit"/> changes a limit.</param>
    /// <param name="timeProvider">The clock; the system's where null.</param>
    /// <exception cref="OptionsValidationException">An option is outside its range; the message names the cap and field.</exception>
    public BudgetLedger(BudgetOptions? options = null, TimeProvider? timeProvider = null)
        : this(options, null, timeProvider)
    {
    }

    /// <summary>Initializes a ledger that goes on where a journal ends.</summary>
    /// <param name="options">The options; null for none, so that everything fits.</param>
    /// <param name="journal">What remembers spending across restarts; null for nothing. It stays the caller's and is not disposed of.</param>
    /// <param name="timeProvider">The clock; the system's where null. Times before the present process are told apart by the calendar; one that was set back makes spending look recent, never old.</param>
    /// <exception cref="OptionsValidationException">An option is outside its range; the message names the cap and field.</exception>
    /// <exception cref="IOException">The journal cannot be written.</exception>
    public BudgetLedger(BudgetOptions? options, IBudgetJournal? journal, TimeProvider? timeProvider = null)
    {
        options ??= new BudgetOptions();
        if (BudgetOptionsRules.Failures(options) is { Count: > 0 } failures)
        {
            throw new OptionsValidationException(nameof(BudgetOptions), typeof(BudgetOptions), failures);
        }

        _time = timeProvider ?? TimeProvider.System;
        _caps = [.. options.Caps.Select(cap => new SpendCap(
            cap.Name, cap.Scope, cap.Tenant, NanoUsd.FromUsd(cap.LimitUsd).Value, cap.Window is { } window ? SpendAccount.SliceTicksOf(Ticks(window)) : 0))];
        _shared = [.. _caps.Where(static cap => cap.Scope == SpendScope.Everyone).Select(static cap => new SpendAccount(cap, null))];
        _hasTenantCaps = _caps.Any(static cap => cap.Scope != SpendScope.Everyone);
        MaxPerRequest = options.MaxRequestUsd is { } most ? NanoUsd.FromUsd(most) : NanoUsd.MaxValue;
        _timeoutTicks = Ticks(options.ReservationTimeout);
        _maxTenants = options.MaxTenants;
        _maxOpen = options.MaxOpenReservations;
        if (journal is not null)
        {
            Restore(journal);
            _journal = journal;
        }
    }

    /// <summary>Gets the most that one request may cost, fallbacks and retries included; <see cref="NanoUsd.MaxValue"/> without a cap. The router enforces it.</summary>
    public NanoUsd MaxPerRequest { get; }

    /// <summary>Gets how many reservations are open.</summary>
    public int OpenReservations
    {
        get
        {
            lock (_lock)
            {
                return _open;
            }
        }
    }

    /// <summary>Gets how many reservations were never settled and stay charged in full.</summary>
    public long Expired
    {
        get
        {
            lock (_lock)
            {
                return _expired;
            }
        }
    }

    /// <summary>Gets by how much calls cost more than was set aside for them, in total.</summary>
    public NanoUsd Overrun
    {
        get
        {
            lock (_lock)
            {
                return new NanoUsd(_overrun);
            }
        }
    }

    /// <summary>Gets what was set aside and not settled when the process before this one ended, and so counts as spent in full.</summary>
    public NanoUsd Recovered { get; private set; }

    /// <summary>What a tenant can still spend now.</summary>
    /// <param name="tenant">The tenant; null is <see cref="DefaultTenant"/>.</param>
    /// <param name="cap">The name of the cap that leaves least; empty where none applies.</param>
    /// <returns>The least that any applying cap leaves, 0 or more.</returns>
    public NanoUsd Available(string? tenant, out string cap)
    {
        long now = _time.GetTimestamp();
        lock (_lock)
        {
            Expire(now);
            return Least(AccountsOf(tenant ?? DefaultTenant, now, create: false), now, tenant ?? DefaultTenant, out cap);
        }
    }

    /// <summary>Sets money aside under every cap that applies, or under none.</summary>
    /// <param name="tenant">The tenant; null is <see cref="DefaultTenant"/>.</param>
    /// <param name="amount">The most the call can cost, 0 or more.</param>
    /// <param name="reservation">The reservation, to be settled once.</param>
    /// <param name="refusal">Why there is none.</param>
    /// <returns>Whether it is set aside.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="amount"/> is negative.</exception>
    /// <exception cref="IOException">The journal cannot be written; nothing is set aside.</exception>
    public bool TryReserve(string? tenant, NanoUsd amount, out BudgetReservation reservation, out BudgetRefusal refusal)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount.Value, nameof(amount));
        tenant ??= DefaultTenant;
        reservation = default;
        long now = _time.GetTimestamp();
        lock (_lock)
        {
            Expire(now);
            SpendAccount[]? accounts = AccountsOf(tenant, now, create: true);
            if (accounts is null || _open >= _maxOpen)
            {
                refusal = new BudgetRefusal(accounts is null ? "tenants" : "reservations", NanoUsd.Zero);
                return false;
            }

            NanoUsd available = Least(accounts, now, tenant, out string cap);
            if (amount > available)
            {
                refusal = new BudgetRefusal(cap, available);
                return false;
            }

            // Written before it counts: where that fails, nothing is set aside and the call is not made.
            _journal?.Append(new BudgetEntry(BudgetEntryKind.Reserved, _generation + 1, tenant, amount, _time.GetUtcNow()));
            foreach (SpendAccount account in _shared)
            {
                account.Reserve(amount.Value);
            }

            foreach (SpendAccount account in accounts)
            {
                account.Reserve(amount.Value);
            }

            reservation = Open(accounts, amount, now);
        }

        refusal = default;
        return true;
    }

    /// <summary>Settles a reservation to what the call cost.</summary>
    /// <param name="reservation">The reservation; the default value is settled already.</param>
    /// <param name="actual">What it cost, 0 or more; more than was set aside is charged too.</param>
    /// <returns>False where it was settled before or had expired: then nothing changes, and an expired one stays charged in full.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="actual"/> is negative.</exception>
    public bool Settle(in BudgetReservation reservation, NanoUsd actual)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(actual.Value, nameof(actual));
        if (!reservation.IsOpen)
        {
            return false;
        }

        long now = _time.GetTimestamp();
        lock (_lock)
        {
            Expire(now);
            if ((uint)reservation.Slot >= (uint)_used || _slots[reservation.Slot].Generation != reservation.Generation)
            {
                return false;
            }

            Close(reservation.Slot, actual.Value, now);
        }

        return true;
    }

    /// <summary>Enters spending that was not reserved: what was spent before a restart, or outside the router.</summary>
    /// <param name="tenant">The tenant; null is <see cref="DefaultTenant"/>.</param>
    /// <param name="amount">What was spent, 0 or more; charged even where it passes a cap.</param>
    /// <returns>False where the ledger holds no further tenant; everyone's caps are charged all the same.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="amount"/> is negative.</exception>
    public bool Charge(string? tenant, NanoUsd amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount.Value, nameof(amount));
        long now = _time.GetTimestamp();
        lock (_lock)
        {
            _journal?.Append(new BudgetEntry(BudgetEntryKind.Charged, 0, tenant ?? DefaultTenant, amount, _time.GetUtcNow()));
            SpendAccount[]? accounts = AccountsOf(tenant ?? DefaultTenant, now, create: true);
            foreach (SpendAccount account in _shared)
            {
                account.Charge(amount.Value, now);
            }

            foreach (SpendAccount account in accounts ?? [])
            {
                account.Charge(amount.Value, now);
            }

            return accounts is not null;
        }
    }

    /// <summary>Changes a cap's limit. What is spent or set aside already stays; a lower limit only stops what comes.</summary>
    /// <param name="cap">The cap's name.</param>
    /// <param name="limit">The new limit, 0 or more.</param>
    /// <returns>Whether there is such a cap.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="limit"/> is negative.</exception>
    public bool SetLimit(string cap, NanoUsd limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit.Value, nameof(limit));
        lock (_lock)
        {
            SpendCap? found = Array.Find(_caps, candidate => candidate.Name == cap);
            if (found is not null)
            {
                found.Limit = limit.Value;
            }

            return found is not null;
        }
    }

    /// <summary>Lists what stands against every cap that applies to a tenant.</summary>
    /// <param name="tenant">The tenant; null is <see cref="DefaultTenant"/>.</param>
    /// <returns>The caps of everyone first, then the tenant's.</returns>
    public IReadOnlyList<SpendStatement> Statement(string? tenant = null)
    {
        long now = _time.GetTimestamp();
        lock (_lock)
        {
            Expire(now);
            SpendAccount[] accounts = AccountsOf(tenant ?? DefaultTenant, now, create: false) ?? [.. Missing(tenant ?? DefaultTenant)];
            return [.. _shared.Concat(accounts).Select(account =>
            {
                long available = account.AvailableAt(now);
                return new SpendStatement(account.Cap.Name, account.Tenant, new NanoUsd(account.Cap.Limit), new NanoUsd(account.Spent), new NanoUsd(account.Reserved), new NanoUsd(available));
            })];
        }
    }

    private NanoUsd Least(SpendAccount[]? accounts, long now, string tenant, out string cap)
    {
        long least = long.MaxValue;
        cap = "";
        foreach (SpendAccount account in _shared)
        {
            Consider(account.AvailableAt(now), account.Cap.Name, ref least, ref cap);
        }

        if (accounts is not null)
        {
            foreach (SpendAccount account in accounts)
            {
                Consider(account.AvailableAt(now), account.Cap.Name, ref least, ref cap);
            }
        }
        else
        {
            // A tenant that is not held has spent nothing in any window.
            foreach (SpendCap candidate in _caps)
            {
                if (candidate.AppliesTo(tenant))
                {
                    Consider(candidate.Limit, candidate.Name, ref least, ref cap);
                }
            }
        }

        return new NanoUsd(least);

        static void Consider(long available, string name, ref long least, ref string cap)
        {
            if (available < least)
            {
                least = available;
                cap = name;
            }
        }
    }

    private IEnumerable<SpendAccount> Missing(string tenant) => _caps.Where(cap => cap.AppliesTo(tenant)).Select(cap => new SpendAccount(cap, tenant));

    private SpendAccount[]? AccountsOf(string tenant, long now, bool create)
    {
        if (!_hasTenantCaps)
        {
            return [];
        }

        if (_tenants.TryGetValue(tenant, out SpendAccount[]? accounts) || !create)
        {
            return accounts;
        }

        if (_tenants.Count >= _maxTenants && !Sweep(now))
        {
            return null;
        }

        return _tenants[tenant] = [.. Missing(tenant)];
    }

    /// <summary>Forgets tenants with nothing in their windows; looks at most once a second, since looking costs time.</summary>
    private bool Sweep(long now)
    {
        if (_sweptAt != long.MinValue && now - _sweptAt < _time.TimestampFrequency)
        {
            return false;
        }

        _sweptAt = now;
        foreach (KeyValuePair<string, SpendAccount[]> entry in _tenants)
        {
            if (Array.TrueForAll(entry.Value, account => account.IsIdleAt(now)))
            {
                _tenants.Remove(entry.Key);
            }
        }

        return _tenants.Count < _maxTenants;
    }

    private long Ticks(TimeSpan span) => (long)Math.Ceiling(span.TotalSeconds * _time.TimestampFrequency);
}
