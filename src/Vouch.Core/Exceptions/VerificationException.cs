using Vouch.Core.Models;

namespace Vouch.Core.Exceptions;

/// <summary>A result could not be verified.</summary>
public class VerificationException : VouchException
{
    /// <summary>Initializes the exception with a default message.</summary>
    public VerificationException()
        : base("A result could not be verified.")
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    public VerificationException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    /// <param name="innerException">The cause.</param>
    public VerificationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the unit whose result is in question, or null where it is not known.</summary>
    public WorkUnitId? UnitId { get; init; }

    /// <summary>Gets the worker who sent it, or null where it is not known.</summary>
    public WorkerId? WorkerId { get; init; }
}
