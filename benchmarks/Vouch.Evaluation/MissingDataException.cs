namespace Vouch.Evaluation;

/// <summary>Data that a task needs is not there, or is not of the documented form. The program says so and exits with 2.</summary>
internal sealed class MissingDataException(string message) : Exception(message);
