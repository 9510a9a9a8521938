namespace Vouch.Observability.Health;

/// <summary>Turns the health of components into one of the whole.</summary>
/// <remarks>
/// The score is that of the worst critical component, lowered by the others by at most a given share: <c>min(critical) * (1 - share * (1 - mean(rest)))</c>, where the rest are the components that are not
/// critical. Making any component worse never raises it, and no number of good components hides a bad critical one.
/// </remarks>
public static class HealthScore
{
    /// <summary>Gets the score of a component in a state.</summary>
    /// <param name="state">The state.</param>
    /// <returns>1, 0.5, 0.25 or 0.</returns>
    public static double Of(HealthState state) => state switch
    {
        HealthState.Healthy => 1,
        HealthState.Degraded => 0.5,
        HealthState.Unknown => 0.25,
        _ => 0,
    };

    /// <summary>Scores a system.</summary>
    /// <param name="components">Its components; none give 1.</param>
    /// <param name="auxiliaryShare">By how much those that are not critical may lower the score together, in [0, 1].</param>
    /// <returns>A score in [0, 1].</returns>
    /// <exception cref="ArgumentNullException"><paramref name="components"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="auxiliaryShare"/> is outside [0, 1].</exception>
    public static double Of(IEnumerable<ComponentHealth> components, double auxiliaryShare)
    {
        ArgumentNullException.ThrowIfNull(components);
        if (!(auxiliaryShare is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(auxiliaryShare), auxiliaryShare, "The share lies in [0, 1].");
        }

        double worst = 1, lost = 0;
        int rest = 0;
        foreach (ComponentHealth component in components)
        {
            double score = Math.Clamp(double.IsNaN(component.Score) ? 0 : component.Score, 0, 1);
            if (component.IsCritical)
            {
                worst = Math.Min(worst, score);
            }
            else
            {
                lost += 1 - score;
                rest++;
            }
        }

        return rest == 0 ? worst : worst * (1 - (auxiliaryShare * lost / rest));
    }

    /// <summary>Finds the state of a system.</summary>
    /// <param name="components">Its components; none are healthy.</param>
    /// <returns>That of the worst critical component; <see cref="HealthState.Degraded"/> where that is healthy and another component is not.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="components"/> is null.</exception>
    public static HealthState StateOf(IEnumerable<ComponentHealth> components)
    {
        ArgumentNullException.ThrowIfNull(components);
        HealthState worst = HealthState.Healthy;
        bool restWell = true;
        foreach (ComponentHealth component in components)
        {
            if (component.IsCritical)
            {
                worst = component.State < worst ? component.State : worst;
            }
            else
            {
                restWell &= component.State == HealthState.Healthy;
            }
        }

        return worst == HealthState.Healthy && !restWell ? HealthState.Degraded : worst;
    }
}
