namespace Vouch.Optimizer.Guarantees;

public sealed partial record CalibrationArtefact
{
    /// <summary>Writes the record as JSON.</summary>
    public string ToJson() => throw new NotImplementedException();

    /// <summary>Reads a record.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <exception cref="Vouch.Core.Exceptions.InputValidationException">It is not such a record, or of another version.</exception>
    public static CalibrationArtefact FromJson(string json) => throw new NotImplementedException();
}
