namespace Vouch.Core.Exceptions;

/// <summary>Input data from outside cannot be accepted.</summary>
public sealed class InputValidationException : VouchException
{
    /// <summary>Initializes the exception with a default message.</summary>
    public InputValidationException()
        : base("Input data from outside cannot be accepted.")
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    public InputValidationException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    /// <param name="innerException">The cause.</param>
    public InputValidationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the file, stream or message the data came from, or null where it is not known.</summary>
    public string? DataSource { get; init; }

    /// <summary>Gets where in the source: a line, a JSON path or a byte offset, or null where it is not known.</summary>
    public string? Location { get; init; }

    /// <summary>Gets the value that was found, shortened where it is long, or null where it is not known.</summary>
    public string? Value { get; init; }

    /// <summary>Gets what would have been accepted, or null where it is not known.</summary>
    public string? Expected { get; init; }
}
