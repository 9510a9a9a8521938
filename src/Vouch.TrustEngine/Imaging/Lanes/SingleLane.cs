using System.Runtime.CompilerServices;

namespace Vouch.TrustEngine.Imaging.Lanes;

/// <summary>One number: the plain path, for processors without vectors and as the reference of the wide ones.</summary>
internal readonly struct SingleLane(float value) : ILanes<SingleLane>
{
    private readonly float _value = value;

    public static int Count => 1;

    public static SingleLane operator +(SingleLane left, SingleLane right) => new(left._value + right._value);

    public static SingleLane operator -(SingleLane left, SingleLane right) => new(left._value - right._value);

    public static SingleLane operator *(SingleLane left, SingleLane right) => new(left._value * right._value);

    public static SingleLane operator /(SingleLane left, SingleLane right) => new(left._value / right._value);

    public static SingleLane All(float value) => new(value);

    public static SingleLane Load(ref readonly float source, nint at) => new(Unsafe.Add(ref Unsafe.AsRef(in source), at));

    public static void Store(SingleLane value, ref float target, nint at) => Unsafe.Add(ref target, at) = value._value;

    public static SingleLane MultiplyAdd(SingleLane left, SingleLane right, SingleLane addend) => new(MathF.FusedMultiplyAdd(left._value, right._value, addend._value));

    public static SingleLane Sqrt(SingleLane value) => new(MathF.Sqrt(value._value));

    public static SingleLane Abs(SingleLane value) => new(MathF.Abs(value._value));

    public static SingleLane Min(SingleLane left, SingleLane right) => SelectBelow(left, right, left, right);

    public static SingleLane Max(SingleLane left, SingleLane right) => SelectBelow(right, left, left, right);

    public static SingleLane SelectBelow(SingleLane left, SingleLane right, SingleLane whenBelow, SingleLane otherwise) =>
        left._value < right._value ? whenBelow : otherwise;

    public static SingleLane ExponentOf(SingleLane value) => new((BitConverter.SingleToInt32Bits(value._value) >> 23) - 127);

    public static SingleLane SignificandOf(SingleLane value) =>
        new(BitConverter.Int32BitsToSingle((BitConverter.SingleToInt32Bits(value._value) & 0x007FFFFF) | 0x3F800000));

    public static SingleLane PowerOfTwo(SingleLane whole) => new(BitConverter.Int32BitsToSingle(((int)whole._value + 127) << 23));

    public static SingleLane Floor(SingleLane value) => new(MathF.Floor(value._value));
}
