using Vouch.Core.Exceptions;
using Vouch.Core.Policy;

namespace Vouch.Optimizer.Guarantees;

/// <summary>The record of a calibration: what was promised, on which data, which policies were tested and which one is certified. Reviewed, then observed, then activated.</summary>
/// <remarks>Immutable and safe to share; a step forward returns a new record. Serializable as JSON by <see cref="ToJson"/>.</remarks>
public sealed partial record CalibrationArtefact
{
    /// <summary>The version of the format.</summary>
    public const int CurrentVersion = 1;

    internal CalibrationArtefact()
    {
    }

    /// <summary>Gets the version of the format.</summary>
    public int Version { get; internal init; } = CurrentVersion;

    /// <summary>Gets the promise.</summary>
    public required QualityGuarantee Guarantee { get; init; }

    /// <summary>Gets the digest of the calibration sample: all scores and costs of endpoints and candidates.</summary>
    public required string DataDigest { get; init; }

    /// <summary>Gets the digest of the model and policies that the candidates were made with, as the host named it.</summary>
    public required string ModelDigest { get; init; }

    /// <summary>Gets the number of calibration queries.</summary>
    public required int SampleSize { get; init; }

    /// <summary>Gets when the calibration was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Gets the tests, in the order in which they were made; policies after the end of a sequence were not tested.</summary>
    public required IReadOnlyList<PolicyTest> Tests { get; init; }

    /// <summary>Gets the name of the cheapest certified policy, or null: insufficient evidence, the safe tier serves.</summary>
    public required string? CertifiedPolicy { get; init; }

    /// <summary>Gets the name of the endpoint that serves where nothing is certified or an alarm was raised.</summary>
    public required string SafeEndpoint { get; init; }

    /// <summary>Gets the promised mean quality as a number on the calibration sample: what the monitor holds audited outcomes against.</summary>
    public required double PromisedQuality { get; init; }

    /// <summary>Gets whether the evidence carries no candidate.</summary>
    public bool IsInsufficient => CertifiedPolicy is null;

    /// <summary>Gets how far it has come.</summary>
    public ArtefactState State { get; init; }

    /// <summary>Gets who reviewed it, or null.</summary>
    public string? Reviewer { get; init; }

    /// <summary>Gets when it was reviewed, or null.</summary>
    public DateTimeOffset? ReviewedAt { get; init; }

    /// <summary>The policy that serves now.</summary>
    /// <returns>The certified policy where the artefact is active and has one, else the safe endpoint.</returns>
    public string Serving => State == ArtefactState.Active && CertifiedPolicy is { } certified ? certified : SafeEndpoint;

    /// <summary>Records a person's review; from now on the certified policy is observed beside the safe tier.</summary>
    /// <param name="reviewer">Who reviewed it.</param>
    /// <param name="at">When.</param>
    /// <exception cref="ArgumentException"><paramref name="reviewer"/> is blank.</exception>
    /// <exception cref="InvalidOperationException">It is not a draft.</exception>
    public CalibrationArtefact Review(string reviewer, DateTimeOffset at)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reviewer);
        return State == ArtefactState.Draft
            ? this with { State = ArtefactState.Observing, Reviewer = reviewer, ReviewedAt = at }
            : throw new InvalidOperationException($"Only a draft can be reviewed; this calibration is {State}.");
    }

    /// <summary>Lets the certified policy steer traffic.</summary>
    /// <param name="modelDigest">The digest of the model and policies in force, which must be the one that was calibrated.</param>
    /// <exception cref="InvalidOperationException">It has not been reviewed.</exception>
    /// <exception cref="PolicyMismatchException">Another model or policy is in force.</exception>
    public CalibrationArtefact Activate(string modelDigest)
    {
        ArgumentNullException.ThrowIfNull(modelDigest);
        if (State != ArtefactState.Observing)
        {
            throw new InvalidOperationException($"A calibration is activated after its review; this one is {State}.");
        }

        return string.Equals(modelDigest, ModelDigest, StringComparison.Ordinal)
            ? this with { State = ArtefactState.Active }
            : throw new PolicyMismatchException($"The calibration was made for '{ModelDigest}', in force is '{modelDigest}'. Calibrate anew.")
            {
                ExpectedDigest = ModelDigest,
                ActualDigest = modelDigest,
            };
    }
}
