namespace Vouch.Core.Exceptions;

/// <summary>The answers do not carry any promise of consensus.</summary>
public sealed class ConsensusFailureException : VerificationException
{
    /// <summary>Initializes the exception with a default message.</summary>
    public ConsensusFailureException()
        : base("The answers do not carry any promise of consensus.")
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    public ConsensusFailureException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    /// <param name="innerException">The cause.</param>
    public ConsensusFailureException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the number of answers that counted, or null where it is not known.</summary>
    public int? Ballots { get; init; }

    /// <summary>Gets the number of answers that the promise needs, or null where it is not known.</summary>
    public int? RequiredBallots { get; init; }

    /// <summary>Gets the share of liars that the promise was to hold against, in [0, 1]; NaN where it is not known.</summary>
    public double ByzantineShare { get; init; } = double.NaN;
}
