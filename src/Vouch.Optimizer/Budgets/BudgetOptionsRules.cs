using System.Globalization;

namespace Vouch.Optimizer.Budgets;

/// <summary>What caps must say; each failure names the cap and the field.</summary>
internal static class BudgetOptionsRules
{
    public const int MaxCaps = 16;

    private const decimal MaxUsd = 9_000_000_000m;
    private static readonly TimeSpan MinWindow = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan MaxWindow = TimeSpan.FromDays(400);

    public static List<string> Failures(BudgetOptions options)
    {
        var failures = new List<string>();
        if (options.MaxRequestUsd is < 0 or > MaxUsd)
        {
            failures.Add(string.Create(CultureInfo.InvariantCulture, $"Budgets: MaxRequestUsd is {options.MaxRequestUsd}; dollars from 0 to {MaxUsd} are wanted."));
        }

        if (options.ReservationTimeout < TimeSpan.FromSeconds(1) || options.ReservationTimeout > TimeSpan.FromDays(1))
        {
            failures.Add($"Budgets: ReservationTimeout is {options.ReservationTimeout}; 1 second to 1 day is wanted.");
        }

        if (options.MaxTenants is < 1 or > 1_000_000 || options.MaxOpenReservations is < 1 or > 1_000_000)
        {
            failures.Add("Budgets: MaxTenants and MaxOpenReservations are whole numbers from 1 to 1,000,000.");
        }

        if (options.Caps is not { Count: <= MaxCaps } caps)
        {
            failures.Add($"Budgets: Caps is a list of at most {MaxCaps} caps.");
            return failures;
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < caps.Count; i++)
        {
            if (caps[i] is not { } cap)
            {
                failures.Add($"Budgets: cap {i} is null.");
                continue;
            }

            string subject = $"Budgets: cap {i} ('{cap.Name}')";
            if (string.IsNullOrWhiteSpace(cap.Name) || !names.Add(cap.Name))
            {
                failures.Add($"{subject}: Name must be given and differ from those of the other caps.");
            }

            if (!Enum.IsDefined(cap.Scope) || (cap.Scope == SpendScope.Tenant) == string.IsNullOrEmpty(cap.Tenant))
            {
                failures.Add($"{subject}: Scope is {cap.Scope} and Tenant '{cap.Tenant}'; Scope is Everyone, EachTenant or Tenant, and Tenant is named with the last one alone.");
            }

            if (cap.Window < MinWindow || cap.Window > MaxWindow)
            {
                failures.Add($"{subject}: Window is {cap.Window}; 100 ms to 400 days are wanted, or nothing for the ledger's whole life.");
            }

            if (cap.LimitUsd is < 0 or > MaxUsd)
            {
                failures.Add(string.Create(CultureInfo.InvariantCulture, $"{subject}: LimitUsd is {cap.LimitUsd}; dollars from 0 to {MaxUsd} are wanted."));
            }
        }

        return failures;
    }
}
