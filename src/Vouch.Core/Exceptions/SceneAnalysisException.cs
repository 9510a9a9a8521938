namespace Vouch.Core.Exceptions;

/// <summary>A scene could not be analysed at all.</summary>
public sealed class SceneAnalysisException : VouchException
{
    /// <summary>Initializes the exception with a default message.</summary>
    public SceneAnalysisException()
        : base("A scene could not be analysed at all.")
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    public SceneAnalysisException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    /// <param name="innerException">The cause.</param>
    public SceneAnalysisException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Gets the path or name of the scene, or null where it is not known.</summary>
    public string? ScenePath { get; init; }

    /// <summary>Gets where in the scene the trouble is: a JSON path, a line or a byte offset, or null where it is not known.</summary>
    public string? Location { get; init; }
}
