namespace Vouch.AnomalyDetection.Outliers;

/// <summary>Turns amounts per feature into shares of 1.</summary>
internal static class Shares
{
    public static void RequireLength(Span<double> contributions, int columns)
    {
        if (contributions.Length != columns)
        {
            throw new ArgumentException($"{contributions.Length} places for the contributions of {columns} features.", nameof(contributions));
        }
    }

    /// <summary>Drops what is negative or no number and divides by the sum; all zero where nothing is left.</summary>
    public static void Normalise(Span<double> amounts)
    {
        double most = 0;
        foreach (ref double amount in amounts)
        {
            amount = amount > 0 ? Math.Min(amount, double.MaxValue) : 0;
            most = Math.Max(most, amount);
        }

        double sum = 0;
        foreach (ref double amount in amounts)
        {
            amount = most > 0 ? amount / most : 0;
            sum += amount;
        }

        foreach (ref double amount in amounts)
        {
            amount = sum > 0 ? amount / sum : 0;
        }
    }
}
