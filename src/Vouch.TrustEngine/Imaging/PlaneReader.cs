using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.TrustEngine.Imaging;

/// <summary>Reads rows of one plane (a channel, or luma) of an image as double precision.</summary>
internal static class PlaneReader
{
    /// <summary>Stands for luma where a channel is asked for.</summary>
    public const int Luma = -1;

    public const double Red = 0.299;
    public const double Green = 0.587;
    public const double Blue = 0.114;

    /// <summary>The dynamic range that a type has by itself.</summary>
    public static double DefaultRange<T>()
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(byte))
        {
            return byte.MaxValue;
        }

        return typeof(T) == typeof(ushort) ? ushort.MaxValue
            : typeof(T) == typeof(sbyte) ? byte.MaxValue
            : typeof(T) == typeof(short) ? ushort.MaxValue
            : typeof(T) == typeof(int) || typeof(T) == typeof(uint) ? uint.MaxValue
            : typeof(T) == typeof(long) || typeof(T) == typeof(ulong) ? ulong.MaxValue
            : 1.0;
    }

    /// <summary>Whether a type has fractions.</summary>
    public static bool IsFloating<T>()
        where T : unmanaged, INumber<T> =>
        T.One / (T.One + T.One) != T.Zero;

    /// <summary>Reads one pixel that begins at an index.</summary>
    public static double ValueAt<T>(ReadOnlySpan<T> image, int at, int channels, int plane)
        where T : unmanaged, INumber<T> =>
        channels == 1 ? double.CreateTruncating(image[at])
        : plane == Luma ? (Red * double.CreateTruncating(image[at])) + (Green * double.CreateTruncating(image[at + 1])) + (Blue * double.CreateTruncating(image[at + 2]))
        : double.CreateTruncating(image[at + plane]);

    /// <summary>Whether every value is finite.</summary>
    public static bool AllFinite<T>(ReadOnlySpan<T> values)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(float))
        {
            return AllFinite(MemoryMarshal.Cast<T, float>(values));
        }

        if (typeof(T) == typeof(double))
        {
            return AllFinite(MemoryMarshal.Cast<T, double>(values));
        }

        if (!IsFloating<T>())
        {
            return true;
        }

        foreach (T value in values)
        {
            if (!T.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads a row. <paramref name="row"/> holds all channels of its pixels, side by side.</summary>
    public static void Read<T>(ReadOnlySpan<T> row, int channels, int plane, Span<double> into)
        where T : unmanaged, INumber<T>
    {
        if (channels == 1)
        {
            Convert(row, into);
        }
        else if (plane == Luma)
        {
            for (int x = 0, i = 0; x < into.Length; x++, i += channels)
            {
                into[x] = (Red * double.CreateTruncating(row[i])) + (Green * double.CreateTruncating(row[i + 1])) + (Blue * double.CreateTruncating(row[i + 2]));
            }
        }
        else
        {
            for (int x = 0, i = plane; x < into.Length; x++, i += channels)
            {
                into[x] = double.CreateTruncating(row[i]);
            }
        }
    }

    private static void Convert<T>(ReadOnlySpan<T> row, Span<double> into)
        where T : unmanaged, INumber<T>
    {
        if (typeof(T) == typeof(double))
        {
            MemoryMarshal.Cast<T, double>(row).CopyTo(into);
            return;
        }

        int done = typeof(T) == typeof(byte) ? ConvertBytes(MemoryMarshal.Cast<T, byte>(row), into)
            : typeof(T) == typeof(float) ? ConvertSingles(MemoryMarshal.Cast<T, float>(row), into)
            : 0;
        for (int x = done; x < into.Length; x++)
        {
            into[x] = double.CreateTruncating(row[x]);
        }
    }

    private static int ConvertBytes(ReadOnlySpan<byte> row, Span<double> into)
    {
        int step = Vector<byte>.Count, lanes = Vector<double>.Count, x = 0;
        for (; x <= row.Length - step; x += step)
        {
            Vector.Widen(new Vector<byte>(row[x..]), out Vector<ushort> low, out Vector<ushort> high);
            Store(low, into[x..], lanes);
            Store(high, into[(x + (step / 2))..], lanes);
        }

        return x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Store(Vector<ushort> values, Span<double> into, int lanes)
        {
            Vector.Widen(values, out Vector<uint> low, out Vector<uint> high);
            Vector.Widen(Vector.ConvertToSingle(low.As<uint, int>()), out Vector<double> first, out Vector<double> second);
            Vector.Widen(Vector.ConvertToSingle(high.As<uint, int>()), out Vector<double> third, out Vector<double> fourth);
            first.CopyTo(into);
            second.CopyTo(into[lanes..]);
            third.CopyTo(into[(2 * lanes)..]);
            fourth.CopyTo(into[(3 * lanes)..]);
        }
    }

    private static int ConvertSingles(ReadOnlySpan<float> row, Span<double> into)
    {
        int step = Vector<float>.Count, x = 0;
        for (; x <= row.Length - step; x += step)
        {
            Vector.Widen(new Vector<float>(row[x..]), out Vector<double> low, out Vector<double> high);
            low.CopyTo(into[x..]);
            high.CopyTo(into[(x + Vector<double>.Count)..]);
        }

        return x;
    }

    private static bool AllFinite(ReadOnlySpan<float> values)
    {
        // A value times zero is zero exactly when it is finite; NaN is unlike anything.
        int x = 0;
        for (; x <= values.Length - Vector<float>.Count; x += Vector<float>.Count)
        {
            if (!Vector.EqualsAll(new Vector<float>(values[x..]) * Vector<float>.Zero, Vector<float>.Zero))
            {
                return false;
            }
        }

        for (; x < values.Length; x++)
        {
            if (!float.IsFinite(values[x]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool AllFinite(ReadOnlySpan<double> values)
    {
        int x = 0;
        for (; x <= values.Length - Vector<double>.Count; x += Vector<double>.Count)
        {
            if (!Vector.EqualsAll(new Vector<double>(values[x..]) * Vector<double>.Zero, Vector<double>.Zero))
            {
                return false;
            }
        }

        for (; x < values.Length; x++)
        {
            if (!double.IsFinite(values[x]))
            {
                return false;
            }
        }

        return true;
    }
}
