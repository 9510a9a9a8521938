namespace Vouch.Optimizer.Guarantees;

/// <summary>Certifies, on a calibration sample, the cheapest policy that keeps a promise.</summary>
/// <remarks>Stateless and safe to share.</remarks>
public sealed class GuaranteeCalibrator
{
    /// <summary>Tests candidates from the safest to the cheapest and certifies the cheapest that holds.</summary>
    /// <param name="guarantee">The promise.</param>
    /// <param name="endpoints">The single endpoints on the calibration sample, in the model's order: the best of them is what a relative promise is about.</param>
    /// <param name="candidates">The candidate policies, fixed without looking at the sample, in the order in which they shall be tested (safest first).</param>
    /// <param name="modelDigest">The digest of the model and policies they were made with.</param>
    /// <param name="createdAt">The time to stamp.</param>
    /// <returns>The record, a draft.</returns>
    public CalibrationArtefact Calibrate(
        QualityGuarantee guarantee,
        IReadOnlyList<CandidatePolicy> endpoints,
        IReadOnlyList<CandidatePolicy> candidates,
        string modelDigest,
        DateTimeOffset createdAt) => throw new NotImplementedException();
}
