namespace Vouch.Core.Exceptions;

/// <summary>The configuration of a component cannot work.</summary>
public sealed class ConfigurationException : VouchException
{
    /// <summary>Initializes the exception with a default message.</summary>
    public ConfigurationException()
        : base("The configuration of a component cannot work.")
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    public ConfigurationException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    /// <param name="innerException">The cause.</param>
    public ConfigurationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the name of the option, or null where it is not known.</summary>
    public string? OptionName { get; init; }

    /// <summary>Gets the value it has, or null where it is not known.</summary>
    public string? Value { get; init; }

    /// <summary>Gets what would be accepted, or null where it is not known.</summary>
    public string? Allowed { get; init; }
}
