namespace Vouch.Testing;

/// <summary>A fake worker crashed, as it was told to. It is no <c>VouchException</c>: a worker's own failures are of types that Vouch does not know.</summary>
public sealed class WorkerCrashException : Exception
{
    /// <summary>Initializes the exception with a default message.</summary>
    public WorkerCrashException()
        : base("The fake worker crashed, as it was told to.")
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened.</param>
    public WorkerCrashException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public WorkerCrashException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
