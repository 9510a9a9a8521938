using Vouch.Core.Models;

namespace Vouch.Core.Exceptions;

/// <summary>A measured quality stays below what was asked for.</summary>
public sealed class QualityThresholdException : VerificationException
{
    /// <summary>Initializes the exception with a default message.</summary>
    public QualityThresholdException()
        : base("A measured quality stays below what was asked for.")
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    public QualityThresholdException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    /// <param name="innerException">The cause.</param>
    public QualityThresholdException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the measured quality, NaN where it is not known.</summary>
    public double Measured { get; init; } = double.NaN;

    /// <summary>Gets the quality that was asked for, with its scale, or null where it is not known.</summary>
    public QualityTarget? Target { get; init; }
}
