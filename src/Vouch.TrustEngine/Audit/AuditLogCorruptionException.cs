using Vouch.Core.Exceptions;

namespace Vouch.TrustEngine.Audit;

/// <summary>An audit log is damaged and does not serve what it holds.</summary>
public sealed class AuditLogCorruptionException : VerificationException
{
    /// <summary>Initializes the exception with a default message.</summary>
    public AuditLogCorruptionException()
        : base("An audit log is damaged.")
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    public AuditLogCorruptionException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened and what to do next.</param>
    /// <param name="innerException">The cause.</param>
    public AuditLogCorruptionException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Initializes the exception from the damage found.</summary>
    /// <param name="path">The log's file, or null for one in memory.</param>
    /// <param name="corruption">The damage.</param>
    public AuditLogCorruptionException(string? path, AuditLogCorruption corruption)
        : base($"The audit log{(path is null ? "" : $" '{path}'")} is damaged: {corruption}. Restore it from a copy; entries before the damage can be read with {nameof(AuditLog)}.{nameof(AuditLog.Verify)}'s findings.")
    {
        Path = path;
        Corruption = corruption;
    }

    /// <summary>Gets the log's file, or null where it is not known or the log is in memory.</summary>
    public string? Path { get; }

    /// <summary>Gets the damage, or null where it is not known.</summary>
    public AuditLogCorruption? Corruption { get; }
}
