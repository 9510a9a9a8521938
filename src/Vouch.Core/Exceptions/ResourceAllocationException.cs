namespace Vouch.Core.Exceptions;

/// <summary>A resource is asked for beyond its limit.</summary>
public sealed class ResourceAllocationException : VouchException
{
    /// <summary>Initializes the exception with a default message.</summary>
    public ResourceAllocationException()
        : base("A resource is asked for beyond its limit.")
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    public ResourceAllocationException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    /// <param name="innerException">The cause.</param>
    public ResourceAllocationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the name of the resource, or null where it is not known.</summary>
    public string? Resource { get; init; }

    /// <summary>Gets the amount asked for, NaN where it is not known.</summary>
    public double Requested { get; init; } = double.NaN;

    /// <summary>Gets the amount there is, NaN where it is not known.</summary>
    public double Available { get; init; } = double.NaN;
}
