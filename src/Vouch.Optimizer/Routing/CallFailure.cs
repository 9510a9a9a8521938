namespace Vouch.Optimizer.Routing;

/// <summary>How a call failed: it decides what is charged, whether the endpoint is left alone for a while, and whether another one is tried.</summary>
public enum CallFailure
{
    /// <summary>The endpoint refused or could not be reached (no connection, 401, 402, 403, 404, 429, 5xx before an answer): nothing is charged, it cools down, another one is tried.</summary>
    Unavailable = 0,

    /// <summary>The call was made and its outcome is not known (time-out, broken answer): charged in full unless the usage is known, it cools down, another one is tried.</summary>
    Interrupted = 1,

    /// <summary>The endpoint cannot serve this query (context too long, feature missing) and is well: nothing is charged, another one is tried.</summary>
    Unsuited = 2,

    /// <summary>The request itself is wrong (400): nothing is charged, no other endpoint is tried.</summary>
    BadRequest = 3,

    /// <summary>The caller gave up: charged in full unless the usage is known, no other endpoint is tried.</summary>
    Cancelled = 4,
}
