using System.Globalization;
using Vouch.Core.Exceptions;

namespace Vouch.Caching.Loading;

/// <summary>A factory took longer than <c>HardTimeout</c>, and there was no earlier value to return instead.</summary>
public sealed class FactoryTimeoutException : VouchException
{
    /// <summary>Initializes the exception with a default message.</summary>
    public FactoryTimeoutException()
        : base("The value took too long to make.")
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    public FactoryTimeoutException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    /// <param name="innerException">The cause.</param>
    public FactoryTimeoutException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="timeout">How long the factory was waited for.</param>
    public FactoryTimeoutException(TimeSpan timeout)
        : base(string.Create(CultureInfo.InvariantCulture, $"The value was not made within the HardTimeout of {timeout:c}; its factory was told to stop. Raise HardTimeout, or set FailSafe to have the last value returned."))
    {
        Timeout = timeout;
    }

    /// <summary>Gets how long the factory was waited for; zero where it is not known.</summary>
    public TimeSpan Timeout { get; }
}
