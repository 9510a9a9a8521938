namespace Vouch.AnomalyDetection.Outliers;

/// <summary>What a detector learnt from a table.</summary>
/// <remarks>Immutable and safe to share. No score is ever NaN or infinite.</remarks>
public interface IOutlierModel
{
    /// <summary>Gets the number of features that a row must have.</summary>
    int Columns { get; }

    /// <summary>Gets the scores of the rows the model was fitted to, in their order; larger is more unusual. Neighbour methods leave the row itself out.</summary>
    ReadOnlyMemory<double> TrainingScores { get; }

    /// <summary>Scores a row that was not part of the table.</summary>
    /// <param name="row">One value per feature.</param>
    /// <returns>A finite score on the scale of <see cref="TrainingScores"/>; larger is more unusual.</returns>
    /// <exception cref="ArgumentException">The row has not <see cref="Columns"/> values.</exception>
    double Score(ReadOnlySpan<double> row);

    /// <summary>Says how much each feature adds to a row's unusualness.</summary>
    /// <param name="row">One value per feature.</param>
    /// <param name="contributions">Receives one number per feature, each at least 0, together 1, or all 0 where nothing is unusual.</param>
    /// <exception cref="ArgumentException">The row or the target has not <see cref="Columns"/> values.</exception>
    void Contributions(ReadOnlySpan<double> row, Span<double> contributions);
}
