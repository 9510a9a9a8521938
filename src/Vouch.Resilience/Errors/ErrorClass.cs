namespace Vouch.Resilience.Errors;

/// <summary>What a failure says about calling again. Every policy of this package looks at the class of an error, never at its type.</summary>
public enum ErrorClass
{
    /// <summary>The worker failed by chance: the same call to the same worker may well succeed in a moment.</summary>
    Transient = 0,

    /// <summary>The worker, or the way to it, has too much to do (a time-out, HTTP 429): calling it again makes matters worse.</summary>
    Overload,

    /// <summary>This worker will not answer this call, however often it is asked. Another worker may.</summary>
    Permanent,

    /// <summary>The call was withdrawn. That says nothing about the worker.</summary>
    Cancelled,
}
