using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using Vouch.Shared;

namespace Vouch.Optimizer.Budgets;

/// <summary>The options of a <see cref="BudgetLedger"/>.</summary>
public sealed class BudgetOptions
{
    /// <summary>Gets or sets the most that one request may cost, fallbacks and retries included, in dollars.</summary>
    /// <value>0 to 9,000,000,000; null (the default) for no cap of its own.</value>
    public decimal? MaxRequestUsd { get; set; }

    /// <summary>Gets or sets the caps over tenants and windows. A call must fit all that apply to it.</summary>
    /// <value>At most 16. The default is none.</value>
    [ValidateEnumeratedItems]
    public IList<SpendCapOptions> Caps { get; set; } = [];

    /// <summary>Gets or sets the file that remembers spending across restarts; a <see cref="FileBudgetJournal"/> is opened on it where the host registers no <see cref="IBudgetJournal"/>.</summary>
    /// <value>A path whose folder exists; null (the default) for a ledger in memory.</value>
    public string? JournalFile { get; set; }

    /// <summary>Gets or sets how long a reservation waits for its settlement; after that it stays charged in full.</summary>
    /// <value>1 second to 1 day. The default is 10 minutes: longer than any call should take.</value>
    [TimeSpanRange("00:00:01", "1.00:00:00")]
    public TimeSpan ReservationTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Gets or sets how many tenants are held apart at once. A further one is refused until another has nothing left in its windows.</summary>
    /// <value>1 to 1,000,000. The default is 10,000.</value>
    [Range(1, 1_000_000)]
    public int MaxTenants { get; set; } = 10_000;

    /// <summary>Gets or sets how many reservations may be open at once. A further one is refused.</summary>
    /// <value>1 to 1,000,000. The default is 65,536.</value>
    [Range(1, 1_000_000)]
    public int MaxOpenReservations { get; set; } = 65_536;
}
