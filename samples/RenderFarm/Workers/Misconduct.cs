namespace RenderFarm.Workers;

/// <summary>The ways in which a worker's answer can be wrong on purpose.</summary>
internal enum Misconduct
{
    /// <summary>An honest answer.</summary>
    None,

    /// <summary>A quarter of the paths that were asked for.</summary>
    TooFewSamples,

    /// <summary>Half the resolution, blown up by bilinear interpolation.</summary>
    UpscaledLowResolution,

    /// <summary>A picture of another tile.</summary>
    StaleTile,

    /// <summary>A colour cast of 6 to 12 % in two channels.</summary>
    Tinted,

    /// <summary>A single colour.</summary>
    Blank,

    /// <summary>An eighth of the paths, dimmed, from a noise that two workers share: their answers agree with each other to the bit.</summary>
    Colluding,

    /// <summary>A quarter of the paths, then a blur that hides the noise: it looks cleaner than an honest tile.</summary>
    Denoised,

    /// <summary>An honest picture with pixels that are not numbers.</summary>
    NotANumber,

    /// <summary>A picture of the wrong size.</summary>
    WrongSize,

    /// <summary>The answer to another unit, labelled as such.</summary>
    AnotherUnit,
}
