namespace Vouch.Execution.Verification;

/// <summary>What a check of a result found.</summary>
public enum CheckVerdict
{
    /// <summary>The check could not tell; it counts neither way.</summary>
    Inconclusive = 0,

    /// <summary>Nothing speaks against the result.</summary>
    Passed,

    /// <summary>The result is not what an honest worker would have sent.</summary>
    Failed,
}
