using System.ComponentModel.DataAnnotations;

namespace Vouch.AspNetCore.Health;

/// <summary>Where health is served, and what of it.</summary>
/// <remarks>A path that is empty is not served. All answers are 200 where the probe passes and 503 where it does not, and never to be stored.</remarks>
public sealed class HealthEndpointOptions
{
    /// <summary>Gets or sets the path of the state of the whole, as one word.</summary>
    /// <value>The default is <c>/health</c>.</value>
    [Required(AllowEmptyStrings = true)]
    public string HealthPath { get; set; } = "/health";

    /// <summary>Gets or sets the path of readiness, as one word: whether to send work here.</summary>
    /// <value>The default is <c>/ready</c>.</value>
    [Required(AllowEmptyStrings = true)]
    public string ReadyPath { get; set; } = "/ready";

    /// <summary>Gets or sets the path of liveness, as one word: whether a restart would help. It looks at no dependency unless a check is tagged <c>live</c>.</summary>
    /// <value>The default is <c>/alive</c>.</value>
    [Required(AllowEmptyStrings = true)]
    public string LivePath { get; set; } = "/alive";

    /// <summary>Gets or sets the path of the state of the whole with its components, as JSON.</summary>
    /// <value>The default is <c>/api/health</c>.</value>
    [Required(AllowEmptyStrings = true)]
    public string ApiHealthPath { get; set; } = "/api/health";

    /// <summary>Gets or sets the path of readiness with its components, as JSON.</summary>
    /// <value>The default is <c>/api/ready</c>.</value>
    [Required(AllowEmptyStrings = true)]
    public string ApiReadyPath { get; set; } = "/api/ready";

    /// <summary>Gets or sets whether JSON shows what checks said in their own words. These may hold addresses and credentials, so that only endpoints that are guarded should.</summary>
    /// <value>The default is false: names, states, causes and times only.</value>
    public bool ShowDescriptions { get; set; }
}
