namespace Vouch.Core.Exceptions;

/// <summary>No configuration, tier or endpoint can take the work.</summary>
public sealed class PipelineRoutingException : VouchException
{
    /// <summary>Initializes the exception with a default message.</summary>
    public PipelineRoutingException()
        : base("No configuration, tier or endpoint can take the work.")
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    public PipelineRoutingException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    /// <param name="innerException">The cause.</param>
    public PipelineRoutingException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the stage of the flow that found no way on, or null where it is not known.</summary>
    public string? Stage { get; init; }

    /// <summary>Gets what was asked for, or null where it is not known.</summary>
    public string? Requested { get; init; }
}
