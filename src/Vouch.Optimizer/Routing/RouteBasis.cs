using System.Text.Json.Serialization;

namespace Vouch.Optimizer.Routing;

/// <summary>What a choice rests on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RouteBasis>))]
public enum RouteBasis
{
    /// <summary>The policy's best.</summary>
    Policy = 0,

    /// <summary>Explored, to learn; the propensity says how likely it was.</summary>
    Exploration = 1,

    /// <summary>The safe endpoint, since the calibration certifies nothing or is not active.</summary>
    NotCertified = 2,

    /// <summary>The safe endpoint, since the monitor found the promise broken.</summary>
    PromiseBroken = 3,

    /// <summary>The safe endpoint could not be used; the one most likely to be right was taken.</summary>
    BestInPlaceOfSafe = 4,
}
