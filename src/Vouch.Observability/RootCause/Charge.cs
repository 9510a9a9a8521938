namespace Vouch.Observability.RootCause;

/// <summary>A change at one feature of one service, before it is compared with what normal windows show.</summary>
/// <param name="Service">The number of the service it is charged to.</param>
/// <param name="Caller">For the time between two services, the number of the caller; -1 otherwise.</param>
/// <param name="Key">The feature.</param>
/// <param name="LogTail">The negative natural logarithm of the tail probability of this feature alone.</param>
/// <param name="Normal">Its normal level.</param>
/// <param name="Observed">Its level in the window in question.</param>
internal readonly record struct Charge(int Service, int Caller, FeatureKey Key, double LogTail, FeatureLevel Normal, FeatureLevel Observed)
{
    public double Effect => Observed.Mean - Normal.Mean;
}
