namespace Vouch.Evaluation.Anomaly;

/// <summary>A corpus in another form.</summary>
/// <param name="Name">What is other about it.</param>
/// <param name="Change">Makes it of a file.</param>
internal sealed record NabVariant(string Name, Func<NabSeries, NabSeries> Change);
