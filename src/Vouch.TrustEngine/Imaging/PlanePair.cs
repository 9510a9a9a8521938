using System.Numerics;
using System.Numerics.Tensors;

namespace Vouch.TrustEngine.Imaging;

/// <summary>Reads rows of the sum and the difference of one plane of two images, averaged over blocks where asked.</summary>
internal readonly ref struct PlanePair<T>
    where T : unmanaged, INumber<T>
{
    private readonly ReadOnlySpan<T> _first;
    private readonly ReadOnlySpan<T> _second;
    private readonly ImageShape _shape;
    private readonly int _plane;
    private readonly int _factor;
    private readonly Span<double> _firstRow;
    private readonly Span<double> _secondRow;
    private readonly Span<double> _line;

    /// <summary>Reads from two images of one shape; <paramref name="scratch"/> has room for three rows.</summary>
    public PlanePair(ReadOnlySpan<T> first, ReadOnlySpan<T> second, ImageShape shape, int plane, int factor, Span<double> scratch, int scratchWidth)
    {
        _first = first;
        _second = second;
        _shape = shape;
        _plane = plane;
        _factor = factor;
        _firstRow = scratch[..scratchWidth];
        _secondRow = scratch.Slice(scratchWidth, scratchWidth);
        _line = scratch.Slice(2 * scratchWidth, scratchWidth);
    }

    /// <summary>Reads a row of first + second and of first - second.</summary>
    public void Read(int row, Span<double> sums, Span<double> differences)
    {
        Span<double> first = _firstRow[..sums.Length], second = _secondRow[..sums.Length];
        ReadPlane(_first, row, first);
        ReadPlane(_second, row, second);
        TensorPrimitives.Add(first, second, sums);
        TensorPrimitives.Subtract<double>(first, second, differences);
    }

    private void ReadPlane(ReadOnlySpan<T> image, int row, Span<double> into)
    {
        int rowLength = _shape.Width * _shape.Channels;
        if (_factor == 1)
        {
            PlaneReader.Read(image.Slice(row * rowLength, rowLength), _shape.Channels, _plane, into);
            return;
        }

        into.Clear();
        Span<double> line = _line[.._shape.Width];
        for (int y = row * _factor; y < (row + 1) * _factor; y++)
        {
            PlaneReader.Read(image.Slice(y * rowLength, rowLength), _shape.Channels, _plane, line);
            for (int x = 0; x < into.Length; x++)
            {
                for (int k = 0; k < _factor; k++)
                {
                    into[x] += line[(x * _factor) + k];
                }
            }
        }

        double share = 1.0 / (_factor * _factor);
        TensorPrimitives.Multiply<double>(into, share, into);
    }
}
