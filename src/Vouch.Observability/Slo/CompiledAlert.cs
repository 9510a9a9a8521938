using System.Runtime.CompilerServices;

namespace Vouch.Observability.Slo;

/// <summary>A rule made ready to be judged once per slot, and where it stands.</summary>
internal struct CompiledAlert
{
    /// <summary>The share of bad events to exceed, as numerator and denominator.</summary>
    public ulong Numerator;
    public ulong Denominator;
    public int LongWindow;
    public int ShortWindow;
    public int HoldSlots;

    /// <summary>For how many slots the rule has held without a break.</summary>
    public int Held;
    public AlertState State;

    /// <summary>The number of the slot of the last change; negative before the first.</summary>
    public long Since;

    /// <summary>Tells whether more than the threshold's share is bad: strictly and without rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly bool IsAbove(long bad, long total)
    {
        if (bad == 0)
        {
            return false;
        }

        ulong high = Math.BigMul((ulong)bad, Denominator, out ulong low);
        ulong limitHigh = Math.BigMul((ulong)total, Numerator, out ulong limitLow);
        return high > limitHigh || (high == limitHigh && low > limitLow);
    }
}
