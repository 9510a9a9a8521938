namespace Vouch.TrustEngine.Consensus;

/// <summary>How many voters a promise needs when up to <c>f</c> of them lie.</summary>
/// <remarks>
/// Sources: L. Lamport, R. Shostak, M. Pease, "The Byzantine Generals Problem", <i>ACM TOPLAS</i> 4(3), 1982 (agreement among the voters themselves, unsigned
/// messages, n ≥ 3f + 1); M. Castro and B. Liskov, "Practical Byzantine Fault Tolerance", <i>OSDI</i>, 1999 (quorums of 2f + 1). Pure and safe to share.
/// </remarks>
public static class ByzantineQuorum
{
    private const int MaxLiars = (int.MaxValue - 1) / 3;

    /// <summary>Gets how many voters are assumed to lie among a number of them.</summary>
    /// <param name="voters">The number of voters, 0 or more.</param>
    /// <param name="byzantineShare">The share that may lie, in [0, 0.5).</param>
    /// <returns>The share rounded down, but at least 1 where the share is above 0.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static int Liars(int voters, double byzantineShare)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(voters);
        if (!(byzantineShare is >= 0 and < 0.5))
        {
            throw new ArgumentOutOfRangeException(nameof(byzantineShare), byzantineShare, "A share of liars is a number in [0, 0.5).");
        }

        // The slack keeps 1/3 of 3 at 1 whatever the rounding.
        return byzantineShare == 0 ? 0 : Math.Max(1, (int)Math.Floor((byzantineShare * voters) + 1e-9));
    }

    /// <summary>Gets how many voters a trusted collector needs so that the honest are a majority: 2f + 1.</summary>
    /// <param name="liars">The number of liars, in [0, 715827882].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="liars"/> is outside its range.</exception>
    public static int ForMajority(int liars) => (2 * Checked(liars)) + 1;

    /// <summary>Gets how many voters must exist so that the honest ones agree among themselves without a trusted collector: 3f + 1.</summary>
    /// <param name="liars">The number of liars, in [0, 715827882].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="liars"/> is outside its range.</exception>
    public static int ForAgreement(int liars) => (3 * Checked(liars)) + 1;

    /// <summary>Gets how many equal answers show that an honest voter gave one of them: f + 1.</summary>
    /// <param name="liars">The number of liars, in [0, 715827882].</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="liars"/> is outside its range.</exception>
    public static int ForHonestSupport(int liars) => Checked(liars) + 1;

    private static int Checked(int liars)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(liars);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(liars, MaxLiars);
        return liars;
    }
}
