namespace Vouch.Core.Exceptions;

/// <summary>A record was made under another policy than the one in force.</summary>
public sealed class PolicyMismatchException : VouchException
{
    /// <summary>Initializes the exception with a default message.</summary>
    public PolicyMismatchException()
        : base("A record was made under another policy than the one in force.")
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    public PolicyMismatchException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    /// <param name="innerException">The cause.</param>
    public PolicyMismatchException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the digest of the policy in force, or null where it is not known.</summary>
    public string? ExpectedDigest { get; init; }

    /// <summary>Gets the digest that the record carries, or null where it is not known.</summary>
    public string? ActualDigest { get; init; }
}
