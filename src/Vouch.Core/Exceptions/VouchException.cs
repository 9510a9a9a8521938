namespace Vouch.Core.Exceptions;

/// <summary>A Vouch operation failed.</summary>
public class VouchException : Exception
{
    /// <summary>Initializes the exception with a default message.</summary>
    public VouchException()
        : base("A Vouch operation failed.")
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    public VouchException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    /// <param name="innerException">The cause.</param>
    public VouchException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
