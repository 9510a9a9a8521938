using System.ComponentModel.DataAnnotations;
using Vouch.Shared;

namespace Vouch.Optimizer.Budgets;

/// <summary>The options of a <see cref="FileBudgetJournal"/>.</summary>
public sealed class FileBudgetJournalOptions
{
    /// <summary>Gets or sets the size that the file starts with; it grows where open reservations and recent spending need it.</summary>
    /// <value>16 KiB to 1 GiB, in bytes. The default is 4 MiB, some 80,000 lines.</value>
    [Range(16 << 10, 1 << 30)]
    public int InitialBytes { get; set; } = 4 << 20;

    /// <summary>Gets or sets how far back spending is told apart by time; what lies before is one sum per tenant, dated by its latest part. At least the longest window of the caps.</summary>
    /// <value>1 hour to 3,660 days. The default is 31 days.</value>
    [TimeSpanRange("01:00:00", "3660.00:00:00")]
    public TimeSpan Horizon { get; set; } = TimeSpan.FromDays(31);
}
