using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Vouch.Optimizer.Prediction;

/// <summary>
/// Where a prompt lies: its buckets summed over one table of small integers whose first columns are latent directions and whose other columns are the linear part of the targets,
/// and its standardized measures.
/// </summary>
/// <remarks>
/// The table holds one signed byte per bucket and column, scaled per column: sums are whole numbers and the same on every processor. 8 KiB of stack, no allocation.
/// </remarks>
internal sealed class PromptSpace
{
    /// <summary>Form values padded to whole vectors.</summary>
    public const int FormWidth = 64;

    /// <summary>Columns are padded to this many, one vector of bytes.</summary>
    public const int Lane = 16;

    private const int SafeAdditions = 255;
    private const int RegisterLanes = 6;
    private const int StackCharacters = 1_024;

    public PromptSpace(float[] frequencies, Standardization standardization, int rank, int stride)
        : this(frequencies, standardization, rank, stride, new sbyte[PromptFeatures.Buckets * stride], new float[stride])
    {
    }

    public PromptSpace(float[] frequencies, Standardization standardization, int rank, int stride, sbyte[] table, float[] scales)
    {
        Frequencies = frequencies;
        Standardization = standardization;
        Rank = rank;
        Stride = stride;
        Table = table;
        Scales = scales;
    }

    public float[] Frequencies { get; }

    public Standardization Standardization { get; }

    /// <summary>Gets the number of latent directions: the first columns of the table.</summary>
    public int Rank { get; }

    /// <summary>Gets the number of columns of the table, a multiple of <see cref="Lane"/>.</summary>
    public int Stride { get; }

    public sbyte[] Table { get; }

    public float[] Scales { get; }

    /// <summary>Writes a column of the table: what one prompt's buckets are multiplied with, inverse document frequency included.</summary>
    public void SetColumns(float[] matrix, int width, int first, int count)
    {
        for (int c = 0; c < count; c++)
        {
            float largest = 0;
            for (int b = 0; b < PromptFeatures.Buckets; b++)
            {
                largest = Math.Max(largest, Math.Abs(matrix[(b * width) + c] * Frequencies[b]));
            }

            float scale = largest > 0 ? largest / 127 : 0;
            Scales[first + c] = scale;
            for (int b = 0; b < PromptFeatures.Buckets; b++)
            {
                Table[(b * Stride) + first + c] = scale > 0 ? (sbyte)MathF.Round(matrix[(b * width) + c] * Frequencies[b] / scale) : (sbyte)0;
            }
        }
    }

    /// <summary>Reads a prompt.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="columns">Room for <see cref="Stride"/> numbers: first the latent position at length 1 (0 where nothing is known), then the linear parts.</param>
    /// <param name="form">Room for <see cref="FormWidth"/> numbers: standardized measures, their squares, zeros.</param>
    public void Read(ReadOnlySpan<char> prompt, Span<float> columns, Span<float> form)
    {
        int characters = Math.Min(prompt.Length, PromptFeatures.MaximumCharacters);
        if (characters <= StackCharacters)
        {
            Read(prompt, columns, form, stackalloc int[3 * (StackCharacters + 2)]);
            return;
        }

        int[] rented = ArrayPool<int>.Shared.Rent(3 * (characters + 2));
        Read(prompt, columns, form, rented);
        ArrayPool<int>.Shared.Return(rented);
    }

    private void Read(ReadOnlySpan<char> prompt, Span<float> columns, Span<float> form, Span<int> buckets)
    {
        Span<ulong> seen = stackalloc ulong[PromptFeatures.Buckets / 64];
        Span<float> measures = stackalloc float[PromptFeatures.Measures];
        int count = PromptFeatures.Extract(prompt, seen, buckets, measures);
        form.Clear();
        Standardization.Apply(measures, form);
        Span<int> sums = stackalloc int[Stride];
        float norm = Sum(buckets[..count], sums);
        TensorPrimitives.ConvertTruncating<int, float>(sums, columns);
        TensorPrimitives.Multiply(columns[..Stride], Scales, columns);
        Span<float> latent = columns[..Rank];
        float length = TensorPrimitives.Norm<float>(latent);
        TensorPrimitives.Multiply(latent, length > 0 ? 1 / length : 0, latent);
        Span<float> linear = columns[Rank..Stride];
        TensorPrimitives.Multiply(linear, norm > 0 ? 1 / norm : 0, linear);
    }

    private float Sum(ReadOnlySpan<int> buckets, Span<int> sums)
    {
        int lanes = Stride / Lane;
        Span<Vector256<short>> partial = stackalloc Vector256<short>[Math.Max(lanes, RegisterLanes)];
        ReadOnlySpan<Vector128<sbyte>> table = MemoryMarshal.Cast<sbyte, Vector128<sbyte>>(Table);
        double squares = 0;
        sums.Clear();
        while (!buckets.IsEmpty)
        {
            ReadOnlySpan<int> part = buckets[..Math.Min(SafeAdditions, buckets.Length)];
            buckets = buckets[part.Length..];
            squares += lanes <= RegisterLanes ? SumInRegisters(part, table, lanes, partial) : SumInMemory(part, table, lanes, partial);
            Flush(partial[..lanes], sums);
        }

        return (float)Math.Sqrt(squares);
    }

    // Up to six lanes stay in registers over all buckets: nothing is stored and loaded again between two of them.
    private double SumInRegisters(ReadOnlySpan<int> buckets, ReadOnlySpan<Vector128<sbyte>> table, int lanes, Span<Vector256<short>> partial)
    {
        Vector256<short> a = default, b = default, c = default, d = default, e = default, f = default;
        double squares = 0;
        foreach (int bucket in buckets)
        {
            float frequency = Frequencies[bucket];
            if (frequency == 0)
            {
                continue;
            }

            squares += frequency * frequency;
            ReadOnlySpan<Vector128<sbyte>> row = table.Slice(bucket * lanes, lanes);
            a += Widen(row[0]);
            if (row.Length > 1)
            {
                b += Widen(row[1]);
            }

            if (row.Length > 2)
            {
                c += Widen(row[2]);
            }

            if (row.Length > 3)
            {
                d += Widen(row[3]);
            }

            if (row.Length > 4)
            {
                e += Widen(row[4]);
            }

            if (row.Length > 5)
            {
                f += Widen(row[5]);
            }
        }

        (partial[0], partial[1], partial[2], partial[3], partial[4], partial[5]) = (a, b, c, d, e, f);
        return squares;
    }

    private double SumInMemory(ReadOnlySpan<int> buckets, ReadOnlySpan<Vector128<sbyte>> table, int lanes, Span<Vector256<short>> partial)
    {
        double squares = 0;
        foreach (int bucket in buckets)
        {
            float frequency = Frequencies[bucket];
            if (frequency == 0)
            {
                continue;
            }

            squares += frequency * frequency;
            ReadOnlySpan<Vector128<sbyte>> row = table.Slice(bucket * lanes, lanes);
            for (int i = 0; i < row.Length; i++)
            {
                partial[i] += Widen(row[i]);
            }
        }

        return squares;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Widen(Vector128<sbyte> bytes)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.ConvertToVector256Int16(bytes);
        }

        (Vector128<short> low, Vector128<short> high) = Vector128.Widen(bytes);
        return Vector256.Create(low, high);
    }

    // 255 additions of at most 128 stay below 2^15.
    private static void Flush(Span<Vector256<short>> partial, Span<int> sums)
    {
        ReadOnlySpan<short> values = MemoryMarshal.Cast<Vector256<short>, short>(partial);
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += values[i];
        }

        partial.Clear();
    }
}
