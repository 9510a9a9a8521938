namespace Vouch.Core.Exceptions;

/// <summary>No feasible schedule exists, or none was found.</summary>
public sealed class SchedulingException : VouchException
{
    /// <summary>Initializes the exception with a default message.</summary>
    public SchedulingException()
        : base("No feasible schedule exists, or none was found.")
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    public SchedulingException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    /// <param name="innerException">The cause.</param>
    public SchedulingException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the id of the job that cannot be placed, or null where it is not known.</summary>
    public string? JobId { get; init; }

    /// <summary>Gets the constraint that stands in the way, such as <c>deadline</c> or <c>capacity</c>, or null where it is not known.</summary>
    public string? Constraint { get; init; }

    /// <summary>Gets what would make it feasible, or null where it is not known.</summary>
    public string? Remedy { get; init; }
}
