using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.AnomalyDetection.Outliers;

/// <summary>
/// The points of a tree's leaves in single precision, centred and scaled to at most 1: which points of a leaf may be within a distance, with the largest error that the precision can make on the safe side.
/// </summary>
internal sealed class CoarseLeaves
{
    // Half a unit in the last place of a float, doubled for the rounding of the scaled value in double precision.
    private const double Rounding = 1.2e-7;

    private readonly int _columns;
    private readonly int _room;
    private readonly double[] _centre;
    private readonly double _scale;
    private readonly double _error;
    private readonly double _slack;
    private readonly List<float> _growing = [];
    private float[] _cells = [];

    /// <param name="rows">Row-major values, finite.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    /// <param name="leafSize">The most points of a leaf, at most 64.</param>
    public CoarseLeaves(double[] rows, int count, int columns, int leafSize)
    {
        _columns = columns;
        _room = (leafSize + (2 * Vector<float>.Count) - 1) / (2 * Vector<float>.Count) * 2 * Vector<float>.Count;
        _centre = new double[columns];
        double[] reach = new double[columns];
        for (int column = 0; column < columns; column++)
        {
            double least = double.PositiveInfinity;
            double most = double.NegativeInfinity;
            for (int row = 0; row < count; row++)
            {
                least = Math.Min(least, rows[(row * columns) + column]);
                most = Math.Max(most, rows[(row * columns) + column]);
            }

            _centre[column] = count > 0 ? (0.5 * least) + (0.5 * most) : 0;
            reach[column] = count > 0 ? Math.Max(most - _centre[column], _centre[column] - least) : 0;
        }

        double widest = columns > 0 ? reach.Max() : 0;
        _scale = widest > 1e-140 ? 1 / widest : 1;
        double squares = reach.Sum(width => Math.Pow(width * _scale * Rounding, 2));

        // Both ends of a difference are rounded; a float that is too small to be normal is rounded to a multiple of 1.4e-45.
        _error = (2 * Math.Sqrt(squares)) + (columns * 1e-44);
        _slack = 1 + ((columns + 12) * Rounding);
    }

    /// <summary>Puts a place in the same form; what lies far outside is drawn in to where nothing is near it.</summary>
    public void Apply(ReadOnlySpan<double> place, Span<float> coarse)
    {
        for (int column = 0; column < place.Length; column++)
        {
            coarse[column] = (float)Math.Clamp((place[column] - _centre[column]) * _scale, -1e9, 1e9);
        }
    }

    /// <summary>Adds the points of a leaf, row-major; says where they are.</summary>
    public int Add(ReadOnlySpan<double> points)
    {
        int at = _growing.Count;
        int count = points.Length / _columns;
        CollectionsMarshal.SetCount(_growing, at + (_room * _columns));
        Span<float> cells = CollectionsMarshal.AsSpan(_growing)[at..];
        cells.Fill(float.PositiveInfinity);
        for (int point = 0; point < count; point++)
        {
            for (int column = 0; column < _columns; column++)
            {
                cells[(column * _room) + point] = (float)((points[(point * _columns) + column] - _centre[column]) * _scale);
            }
        }

        return at;
    }

    /// <summary>No leaf is added any more.</summary>
    public void Close()
    {
        _cells = [.. _growing];
        _growing.Clear();
        _growing.Capacity = 0;
    }

    /// <summary>A bit for each point of a leaf that may lie within a squared distance of a place.</summary>
    public ulong Near(int leaf, ReadOnlySpan<float> place, double limit)
    {
        float[] cells = _cells;
        double reach = (Math.Sqrt(limit) * _scale) + _error;
        var within = new Vector<float>((float)Math.Clamp(reach * reach * _slack, 1e-36, float.MaxValue));
        ref float cell = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(cells), leaf);
        ulong near = 0;
        for (int from = 0; from < _room; from += 2 * Vector<float>.Count)
        {
            Vector<float> one = Vector<float>.Zero;
            Vector<float> two = Vector<float>.Zero;
            ref float here = ref Unsafe.Add(ref cell, from);
            for (int column = 0; column < place.Length; column++)
            {
                var value = new Vector<float>(place[column]);
                Vector<float> first = Vector.LoadUnsafe(ref here) - value;
                Vector<float> second = Vector.LoadUnsafe(ref Unsafe.Add(ref here, Vector<float>.Count)) - value;
                one += first * first;
                two += second * second;
                here = ref Unsafe.Add(ref here, _room);
            }

            near |= (ulong)Bits(Vector.LessThanOrEqual(one, within)) << from;
            near |= (ulong)Bits(Vector.LessThanOrEqual(two, within)) << (from + Vector<float>.Count);
        }

        return near;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Bits(Vector<int> mask) => Vector<int>.Count switch
    {
        8 => System.Runtime.Intrinsics.Vector256.ExtractMostSignificantBits(System.Runtime.Intrinsics.Vector256.AsVector256(mask)),
        4 => System.Runtime.Intrinsics.Vector128.ExtractMostSignificantBits(System.Runtime.Intrinsics.Vector128.AsVector128(mask)),
        _ => (uint)System.Runtime.Intrinsics.Vector512.ExtractMostSignificantBits(System.Runtime.Intrinsics.Vector512.AsVector512(mask)),
    };
}
