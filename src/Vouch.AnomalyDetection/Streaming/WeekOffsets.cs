using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.AnomalyDetection.Streaming;

/// <summary>
/// What each day of the week adds to the day profile: seven offsets beside the profile, learnt always and used from when three weeks have shown that they bring the expectation closer. The season's range stays:
/// a better expectation makes it too wide, never too narrow, until its epochs have turned.
/// </summary>
/// <remarks>Laid over the end of a series' profile: seven offsets, the days watched, the mean squared error with and without them, the days since they came into use, the present day (from 1)
/// and what was known of it when it began: an offset is tried by what earlier weeks made of it, for within a day it would only follow the values.</remarks>
internal static class WeekOffsets
{
    public const int Length = 13;
    private const int Days = 7;
    private const int Watched = 7;
    private const int ErrorWith = 8;
    private const int ErrorWithout = 9;
    private const int Used = 10;
    private const int Today = 11;
    private const int KnownBefore = 12;

    private const float WeeksBefore = 3;
    private const float Better = 0.5f;
    private const float Memory = 3;
    private const float PerDay = 1 / 86_400f;
    private const float PerSeven = 1 / 7f;
    private const double InverseDay = 1.0 / TimeSpan.TicksPerDay;
    private const double InverseSeven = 1.0 / 7;

    /// <summary>The part of a profile that holds them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Span<float> Of(Span<float> profile) => profile[^Length..];

    /// <summary>The day of the week; 0001-01-01 was a Monday.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int DayOf(long ticks)
    {
        long day = (long)(ticks * InverseDay);
        day -= day * TimeSpan.TicksPerDay > ticks ? 1 : 0;
        long of = day - ((long)(day * InverseSeven) * Days);
        return (int)(of < 0 ? of + Days : of >= Days ? of - Days : of);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool InUse(Span<float> week) => week[Used] > 0;

    /// <summary>What a day adds: as long as it lasts, what was known of it when it began.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Usual(Span<float> week, int day) => week[Today] == day + 1 ? week[KnownBefore] : week[day];

    /// <summary>Learns what was left of a value after the day profile.</summary>
    public static void Learn(Span<float> week, int day, float left, float interval)
    {
        float step = float.MinNative(interval * PerDay, 1);
        if (!(step > 0) || !(Math.Abs(left) < 1e15f))
        {
            return;
        }

        // One check of the bounds for all that follows.
        ref float first = ref MemoryMarshal.GetReference(week[..Length]);
        ref float before = ref Unsafe.Add(ref first, KnownBefore);
        ref float watched = ref Unsafe.Add(ref first, Watched);
        ref float offset = ref Unsafe.Add(ref first, day);
        if (Unsafe.Add(ref first, Today) != day + 1)
        {
            Unsafe.Add(ref first, Today) = day + 1;
            before = offset;
        }

        float weeks = (watched * PerSeven) + step;
        offset += (weeks < Memory ? step / weeks : step * (1 / Memory)) * (left - offset);
        watched = float.MinNative(watched + step, 1_000);
        if (watched < Days)
        {
            // The first week has no offsets to be compared with.
            return;
        }

        ref float errorWith = ref Unsafe.Add(ref first, ErrorWith);
        ref float errorWithout = ref Unsafe.Add(ref first, ErrorWithout);
        ref float used = ref Unsafe.Add(ref first, Used);
        float gain = step * (PerSeven / Memory);
        float with = left - before;
        errorWith += gain * ((with * with) - errorWith);
        errorWithout += gain * ((left * left) - errorWithout);
        if (used > 0)
        {
            // Out of use where they bring nothing any more.
            used = errorWith < errorWithout ? float.MinNative(used + step, 1_000) : 0;
        }
        else if (watched >= Days * WeeksBefore && errorWith < Better * errorWithout)
        {
            used = step;
        }
    }

    /// <summary>Restates everything in another unit.</summary>
    public static void Scale(Span<float> week, float factor)
    {
        for (int day = 0; day < Days; day++)
        {
            week[day] *= factor;
        }

        week[KnownBefore] *= factor;

        week[ErrorWith] = (float)Math.Min((double)week[ErrorWith] * factor * factor, 1e37);
        week[ErrorWithout] = (float)Math.Min((double)week[ErrorWithout] * factor * factor, 1e37);
    }
}
