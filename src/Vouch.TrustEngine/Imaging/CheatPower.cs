namespace Vouch.TrustEngine.Imaging;

/// <summary>How often a frame check found a cheat.</summary>
/// <param name="Cheat">The cheat's name.</param>
/// <param name="Trials">The checks of forged crops.</param>
/// <param name="Found">How many of them were rejected; inconclusive ones are not.</param>
/// <param name="PowerLower">A lower confidence bound on the probability of rejection, good for all cheats of the report at once; 0 without trials.</param>
public sealed record CheatPower(string Cheat, long Trials, long Found, double PowerLower);
