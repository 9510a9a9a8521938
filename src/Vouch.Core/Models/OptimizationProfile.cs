using System.Text.Json.Serialization;

namespace Vouch.Core.Models;

/// <summary>What a job weighs higher where quality, time and cost pull apart. The quality target itself is kept under every profile.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OptimizationProfile>))]
public enum OptimizationProfile
{
    /// <summary>Keep the quality target at least cost, without paying for a margin beyond the stated confidence.</summary>
    Balanced = 0,

    /// <summary>Keep the quality target with a margin; cost comes second.</summary>
    Quality,

    /// <summary>Keep the quality target at the least cost that the evidence allows; time comes last.</summary>
    Economy,
}
