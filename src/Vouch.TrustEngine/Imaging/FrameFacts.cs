namespace Vouch.TrustEngine.Imaging;

/// <summary>What needs no statistics: wrong sizes, values that are no numbers, copies.</summary>
internal static class FrameFacts
{
    public static FrameVerdict? Judge(IReadOnlyList<FrameCrop> crops)
    {
        for (int index = 0; index < crops.Count; index++)
        {
            FrameCrop crop = crops[index];
            if (crop.Candidate.Length != crop.Shape.Length)
            {
                return Of(FrameOutcome.Invalid, FrameDeviation.WrongSize, index, FormattableString.Invariant(
                    $"wrong size: {crop.Candidate.Length} values instead of the {crop.Shape.Length} of {crop.Shape}"));
            }
        }

        for (int index = 0; index < crops.Count; index++)
        {
            if (crops[index].Renders.Any(static render => !PlaneReader.AllFinite(render.Span)))
            {
                return Of(FrameOutcome.Inconclusive, FrameDeviation.VerifierNonFinite, index, "the verifier's own render holds NaN or an infinity");
            }
        }

        for (int index = 0; index < crops.Count; index++)
        {
            if (!PlaneReader.AllFinite(crops[index].Candidate.Span))
            {
                return Of(FrameOutcome.Invalid, FrameDeviation.NonFinite, index, "non-finite: holds NaN or an infinity");
            }
        }

        return IsCopy(crops)
            ? Of(FrameOutcome.Inconclusive, FrameDeviation.CopyOfVerifier, -1, "equals one of the verifier's renders bit for bit although these differ: the verifier's seed was known")
            : null;
    }

    /// <summary>Whether the candidate is one colour throughout and the renders are not.</summary>
    public static bool IsBlank(IReadOnlyList<FrameCrop> crops)
    {
        int channels = crops[0].Shape.Channels;
        ReadOnlySpan<float> colour = crops[0].Candidate.Span[..channels];
        foreach (FrameCrop crop in crops)
        {
            if (!IsColour(crop.Candidate.Span, colour))
            {
                return false;
            }
        }

        return crops.Any(crop => !IsColour(crop.Renders[0].Span, crops[0].Renders[0].Span[..channels]));
    }

    private static bool IsColour(ReadOnlySpan<float> pixels, ReadOnlySpan<float> colour)
    {
        for (int at = 0; at < pixels.Length; at += colour.Length)
        {
            if (!pixels.Slice(at, colour.Length).SequenceEqual(colour))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsCopy(IReadOnlyList<FrameCrop> crops)
    {
        int renders = crops[0].Renders.Count;
        bool differ = crops.Any(static crop => crop.Renders.Skip(1).Any(render => !render.Span.SequenceEqual(crop.Renders[0].Span)));
        return differ && Enumerable.Range(0, renders).Any(render => crops.All(crop => crop.Candidate.Span.SequenceEqual(crop.Renders[render].Span)));
    }

    private static FrameVerdict Of(FrameOutcome outcome, FrameDeviation deviation, int crop, string text)
    {
        double p = outcome == FrameOutcome.Invalid ? 0 : 1;
        return new FrameVerdict(outcome, p, [new FrameReason(deviation, crop, p, text)], [], FrameCheckPower.Nothing);
    }
}
