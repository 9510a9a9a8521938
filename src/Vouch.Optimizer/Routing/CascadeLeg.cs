using System.Text.Json.Serialization;

namespace Vouch.Optimizer.Routing;

/// <summary>One of the two cheap endpoints of a cascade, asked at once.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CascadeLeg>))]
public enum CascadeLeg
{
    /// <summary>The endpoint whose answer is accepted where both agree.</summary>
    First = 0,

    /// <summary>The endpoint that must agree.</summary>
    Second = 1,
}
