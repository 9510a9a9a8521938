using System.Runtime.Intrinsics;

namespace Vouch.AnomalyDetection.Streaming;

internal static partial class SeriesKernel
{
    // The value and its means move with the offset; differences and spreads do not.
    private static readonly Vector256<float> Placed = Vector256.Create(1f, 0, 1, 0, 1, 0, 0, 0);

    private static float Rescale(ref SeriesState s, Span<float> profile, KernelSettings settings, double value)
    {
        if (s.Count == 0)
        {
            s.Offset = value;
            return 0;
        }

        double distance = Math.Abs(value - s.Offset);
        if (distance == 0)
        {
            return 0;
        }

        // The first difference gives the unit; a far larger one replaces it.
        double inverse = Math.Min(1 / distance, 1e300);
        if (s.InverseUnit > 0)
        {
            Move(ref s, profile, settings, 0, (float)Math.Max(inverse / s.InverseUnit, 1e-37));
        }

        s.InverseUnit = inverse;
        return (float)((value - s.Offset) * inverse);
    }

    /// <summary>Puts the offset at the level and the unit at the range, so that single precision resolves what matters.</summary>
    private static void Recentre(ref SeriesState s, Span<float> profile, KernelSettings settings)
    {
        float range = Math.Max(s.High.GetElement(Channel.Value), s.PreviousHigh.GetElement(Channel.Value))
            - Math.Min(s.Low.GetElement(Channel.Value), s.PreviousLow.GetElement(Channel.Value));
        if (!(s.InverseUnit > 0) || !(range > 1e-30f) || !float.IsFinite(range))
        {
            return;
        }

        double inverse = s.InverseUnit / range;
        double offset = s.Offset + (s.Level / s.InverseUnit);
        if (!(inverse is > 1e-300 and < 1e300) || !double.IsFinite(offset))
        {
            return;
        }

        float shift = s.Level;
        s.Offset = offset;
        s.InverseUnit = inverse;
        Move(ref s, profile, settings, shift, 1 / range);
    }

    /// <summary>Restates everything that is in units of the state: <c>(x - shift) * factor</c>.</summary>
    private static void Move(ref SeriesState s, Span<float> profile, KernelSettings settings, float shift, float factor)
    {
        Vector256<float> shifts = Placed * shift;
        Vector256<float> factors = Vector256.Create(factor);
        (float fast, float level, float variance, float course) = (s.Fast, s.Level, s.Variance, s.Course);
        s.Low = Keep((s.Low - shifts) * factors, s.Low);
        s.High = Keep((s.High - shifts) * factors, s.High);
        s.PreviousLow = Keep((s.PreviousLow - shifts) * factors, s.PreviousLow);
        s.PreviousHigh = Keep((s.PreviousHigh - shifts) * factors, s.PreviousHigh);
        s.Fast = (fast - shift) * factor;
        s.Level = (level - shift) * factor;
        s.Variance = (float)Math.Min((double)variance * factor * factor, 1e37);
        s.Course = (course - shift) * factor;
        s.EventBound = (s.EventBound - shifts.GetElement(s.EventChannel & 7)) * factor;
        s.OtherBound = (s.OtherBound - shifts.GetElement(s.EventChannel & 7)) * factor;
        if (profile.Length == 0)
        {
            return;
        }

        foreach (ref float mean in profile[..settings.Bins])
        {
            mean = (mean - shift) * factor;
        }

        if (settings.HasWeek)
        {
            WeekOffsets.Scale(WeekOffsets.Of(profile), factor);
        }
    }
}
