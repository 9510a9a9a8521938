using System.Text.Json.Serialization;

namespace Vouch.Core.Models;

/// <summary>The scale a quality figure is measured on. A number without its scale says nothing: 0.95 of one is not 0.95 of another.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<QualityScale>))]
public enum QualityScale
{
    /// <summary>Structural similarity to a reference image, Gaussian 11x11 window, sigma 1.5 (Wang et al., 2004).</summary>
    Ssim = 0,

    /// <summary>The share of answers that pass a stated test.</summary>
    PassRate,

    /// <summary>The share of answers that equal the truth.</summary>
    Accuracy,

    /// <summary>A score in 0..1 that the host defines.</summary>
    Score,
}
