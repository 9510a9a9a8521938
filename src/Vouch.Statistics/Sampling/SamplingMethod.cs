namespace Vouch.Statistics.Sampling;

/// <summary>How a <see cref="SamplingPlan"/> comes to its decision.</summary>
public enum SamplingMethod
{
    /// <summary>The whole sample is checked, then decided. For checks that run side by side.</summary>
    OneSample = 0,

    /// <summary>As <see cref="OneSample"/>, but checked one by one and ended as soon as the decision cannot change any more. Same risks, fewer checks.</summary>
    Curtailed,

    /// <summary>Wald's sequential probability ratio test, cut off at a largest sample; risks exact, the cut included.</summary>
    Sequential,
}
