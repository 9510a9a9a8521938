using Vouch.Core.Exceptions;

namespace Vouch.Resilience.Errors;

/// <summary>A back end said that it has too much to do (HTTP 429 or 503, gRPC RESOURCE_EXHAUSTED): what adapters throw so that no policy mistakes it for a plain error.</summary>
public sealed class OverloadException : VouchException
{
    /// <summary>Initializes an exception.</summary>
    public OverloadException()
        : this("The back end is overloaded.")
    {
    }

    /// <summary>Initializes an exception.</summary>
    /// <param name="message">What happened.</param>
    public OverloadException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes an exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">What it was told by.</param>
    public OverloadException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Initializes an exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="retryAfter">How long the back end asks to be left alone; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="retryAfter"/> is negative.</exception>
    public OverloadException(string message, TimeSpan retryAfter)
        : base(message)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(retryAfter, TimeSpan.Zero);
        RetryAfter = retryAfter;
    }

    /// <summary>Gets how long the back end asked to be left alone.</summary>
    /// <value>Not negative; null where it did not say.</value>
    public TimeSpan? RetryAfter { get; }
}
