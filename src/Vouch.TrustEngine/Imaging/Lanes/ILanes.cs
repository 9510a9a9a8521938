namespace Vouch.TrustEngine.Imaging.Lanes;

/// <summary>Single-precision numbers that are worked on side by side. Every width gives the same numbers bit for bit: all operations are the correctly rounded ones of IEEE 754.</summary>
/// <typeparam name="TSelf">The implementing structure.</typeparam>
internal interface ILanes<TSelf>
    where TSelf : struct, ILanes<TSelf>
{
    /// <summary>Gets how many numbers there are.</summary>
    static abstract int Count { get; }

    static abstract TSelf All(float value);

    static abstract TSelf Load(ref readonly float source, nint at);

    static abstract void Store(TSelf value, ref float target, nint at);

    static abstract TSelf operator +(TSelf left, TSelf right);

    static abstract TSelf operator -(TSelf left, TSelf right);

    static abstract TSelf operator *(TSelf left, TSelf right);

    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>left × right + addend with one rounding.</summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    static abstract TSelf Sqrt(TSelf value);

    static abstract TSelf Abs(TSelf value);

    static abstract TSelf Min(TSelf left, TSelf right);

    static abstract TSelf Max(TSelf left, TSelf right);

    /// <summary>For each lane: whenBelow where left &lt; right, otherwise.</summary>
    static abstract TSelf SelectBelow(TSelf left, TSelf right, TSelf whenBelow, TSelf otherwise);

    /// <summary>The exponent to base 2 of normal, positive numbers.</summary>
    static abstract TSelf ExponentOf(TSelf value);

    /// <summary>The significand in [1, 2) of normal, positive numbers.</summary>
    static abstract TSelf SignificandOf(TSelf value);

    /// <summary>2 to the power of a whole number in [-126, 127].</summary>
    static abstract TSelf PowerOfTwo(TSelf whole);

    static abstract TSelf Floor(TSelf value);
}
