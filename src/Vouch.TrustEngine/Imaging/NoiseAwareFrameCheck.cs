using Microsoft.Extensions.Options;
using Vouch.Statistics.Distributions;

namespace Vouch.TrustEngine.Imaging;

/// <summary>
/// Decides whether an untrusted worker's pixels come from the same stochastic renderer, with as many samples, as the verifier's own independent renders of a few secret crops.
/// </summary>
/// <remarks>
/// <para><b>Promise.</b> An honest candidate is refused with a probability of at most <see cref="FrameCheckOptions.FalseAlarmRate"/>, whatever the law of the noise: heavy tails (fireflies) and noise that
/// changes over the picture do no harm. It rests on one assumption: in an honest frame, candidate and renders are exchangeable and blocks of <see cref="FrameCheckOptions.ExchangeBlock"/> pixels have independent noise
/// (true for renderers that sample pixels independently; filters that spread samples over neighbours need larger blocks).</para>
/// <para><b>Method.</b> Were the candidate honest, then in every block each of the images is equally likely to be the candidate. Every statistic is a sum over blocks of scores whose scales are
/// symmetric functions of all images; its p-value is the tail of that sum under independent relabelling of the blocks (see J. Robinson, JRSS B 44(1), 1982). Statistics: signed brightness, signed colour per channel, energy of
/// pixel differences (two-sided; and with more weight on pixels that stand out), energy of 4 x 4 block mean differences, agreement of neighbouring pixels' differences (denoised renders have errors that spread), energy of the finest detail of the differences and of the images themselves (two-sided: smoothing cheats look <i>better</i> than honest renders
/// to SSIM). Each is taken over all crops together and crop by crop; Bonferroni's inequality combines them.</para>
/// <para><b>Not found.</b> A deviation within the tolerance; a cheat outside the crops (see <see cref="CropPlanner"/>); a picture from as many samples of the right distribution made by other means, for instance by
/// another honest renderer; a copy of another honest frame of the same settings. Where the verifier's renders have no noise, fewer samples make no difference, to the picture or to the check.</para>
/// <para>O(pixels × renders × channels²) time. Deterministic. Immutable and safe to call from any thread.</para>
/// </remarks>
public sealed class NoiseAwareFrameCheck
{
    // The share of the false alarm rate that goes to the statistics over all crops together; single crops share the rest.
    private const double PooledShare = 0.6;

    private readonly FrameCheckOptions _options;

    /// <summary>Initializes a check.</summary>
    /// <param name="options">How to decide; copied. Null for the defaults.</param>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public NoiseAwareFrameCheck(FrameCheckOptions? options = null)
    {
        options ??= new FrameCheckOptions();
        OptionsCheck.Require(options, new FrameCheckOptionsValidator(), new FrameCheckOptionsRules());
        _options = new FrameCheckOptions
        {
            FalseAlarmRate = options.FalseAlarmRate,
            SuspicionRate = options.SuspicionRate,
            AbsoluteTolerance = options.AbsoluteTolerance,
            RelativeTolerance = options.RelativeTolerance,
            ExchangeBlock = options.ExchangeBlock,
            TargetPower = options.TargetPower,
        };
    }

    /// <summary>Initializes a check from a container's options.</summary>
    /// <param name="options">How to decide.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public NoiseAwareFrameCheck(IOptions<FrameCheckOptions> options)
        : this((options ?? throw new ArgumentNullException(nameof(options))).Value)
    {
    }

    /// <summary>Gets the bound on the probability that an honest candidate is refused.</summary>
    public double FalseAlarmRate => _options.FalseAlarmRate;

    /// <summary>Checks one crop against two renders.</summary>
    /// <param name="shape">The shape of the crop.</param>
    /// <param name="candidate">The worker's pixels.</param>
    /// <param name="first">The verifier's first render.</param>
    /// <param name="second">The verifier's second render, with another seed.</param>
    /// <returns>The verdict.</returns>
    /// <exception cref="ArgumentException">A render has another length than the shape says.</exception>
    public FrameVerdict Check(ImageShape shape, ReadOnlyMemory<float> candidate, ReadOnlyMemory<float> first, ReadOnlyMemory<float> second) =>
        Check([new FrameCrop(shape, candidate, first, second)]);

    /// <summary>Checks several crops of one worker's frame or tile together.</summary>
    /// <param name="crops">The crops: 1 or more, all with the same number of channels and renders. Crops that overlap must know their <see cref="FrameCrop.Region"/>: shared pixels would else count twice, and the false alarm rate would not hold.</param>
    /// <returns>The verdict. Candidates of wrong size or with NaN or infinities are refused; renders of the verifier's with such values leave it inconclusive.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="crops"/> or one of them is null.</exception>
    /// <exception cref="ArgumentException">There are no crops, or they differ in channels or number of renders.</exception>
    public FrameVerdict Check(IReadOnlyList<FrameCrop> crops)
    {
        ArgumentNullException.ThrowIfNull(crops);
        if (crops.Count == 0)
        {
            throw new ArgumentException("A check takes at least one crop.", nameof(crops));
        }

        foreach (FrameCrop crop in crops)
        {
            ArgumentNullException.ThrowIfNull(crop, nameof(crops));
            if (crop.Shape.Channels != crops[0].Shape.Channels || crop.Renders.Count != crops[0].Renders.Count)
            {
                throw new ArgumentException("All crops take the same number of channels and of renders.", nameof(crops));
            }
        }

        return FrameFacts.Judge(crops) ?? Judge(crops);
    }

    private FrameVerdict Judge(IReadOnlyList<FrameCrop> crops)
    {
        int labels = crops[0].Renders.Count + 1;
        (FrameFeatures[] upper, FrameFeatures pooledUpper) = Read(crops, 1);
        (FrameFeatures[] lower, FrameFeatures pooledLower) = Read(crops, -1);
        var sheet = new FrameEvidence(labels, _options.FalseAlarmRate, _options.SuspicionRate);
        double pooledRate = crops.Count > 1 ? PooledShare : 1;
        sheet.AddScope(pooledUpper, pooledLower, -1, pooledRate);
        if (crops.Count > 1)
        {
            for (int crop = 0; crop < upper.Length; crop++)
            {
                sheet.AddScope(upper[crop], lower[crop], crop, (1 - PooledShare) / upper.Length);
            }
        }

        double critical = NormalDistribution.UpperQuantile(sheet.PooledTailRate(pooledRate)) + NormalDistribution.Quantile(_options.TargetPower);
        FrameCheckPower power = FrameEvidence.Power(pooledUpper, critical, sheet.MinimumPValue);
        return sheet.Judge(power, FrameFacts.IsBlank(crops));
    }

    private (FrameFeatures[] Single, FrameFeatures Pooled) Read(IReadOnlyList<FrameCrop> crops, int side)
    {
        int channels = crops[0].Shape.Channels;
        FrameFeatureReader[] readers = [.. crops.Select((_, index) => new FrameFeatureReader(crops, index, side, _options))];
        var deviations = new List<double>();
        foreach (FrameFeatureReader reader in readers)
        {
            reader.CollectDeviations(deviations);
        }

        var whitening = ChannelWhitening.Learn(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(deviations), channels);
        FrameFeatures[] single = [.. readers.Select(reader => reader.Read(whitening))];
        var pooled = new FrameFeatures(crops[0].Renders.Count + 1, channels);
        foreach (FrameFeatures features in single)
        {
            pooled.AddAll(features);
        }

        return (single, pooled);
    }
}
