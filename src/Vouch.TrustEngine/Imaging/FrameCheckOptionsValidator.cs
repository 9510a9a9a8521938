using Microsoft.Extensions.Options;

namespace Vouch.TrustEngine.Imaging;

/// <summary>Checks the ranges that the attributes state.</summary>
[OptionsValidator]
internal sealed partial class FrameCheckOptionsValidator : IValidateOptions<FrameCheckOptions>;
