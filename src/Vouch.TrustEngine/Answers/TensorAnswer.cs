namespace Vouch.TrustEngine.Answers;

/// <summary>An answer of many numbers in a shape.</summary>
/// <remarks>Immutable as long as the memory it was given is; safe to share.</remarks>
public readonly record struct TensorAnswer
{
    /// <summary>Initializes a vector.</summary>
    /// <param name="values">The components; not copied.</param>
    public TensorAnswer(ReadOnlyMemory<double> values)
    {
        Values = values;
        Shape = new[] { values.Length };
    }

    /// <summary>Initializes a tensor.</summary>
    /// <param name="shape">The length of each dimension, 0 or more; not copied. No dimension: a single number.</param>
    /// <param name="values">The components, the last dimension fastest; as many as the shape says; not copied.</param>
    /// <exception cref="ArgumentException">A length is negative, or the shape asks for another number of components.</exception>
    public TensorAnswer(ReadOnlyMemory<int> shape, ReadOnlyMemory<double> values)
    {
        Int128 count = 1;
        foreach (int length in shape.Span)
        {
            if (length < 0)
            {
                throw new ArgumentException(FormattableString.Invariant($"A dimension has a length of 0 or more, not {length}."), nameof(shape));
            }

            count = Int128.Min(count * length, (Int128)int.MaxValue + 1);
        }

        if (count != values.Length)
        {
            throw new ArgumentException(FormattableString.Invariant($"The shape [{string.Join(", ", shape.ToArray())}] does not hold {values.Length} components."), nameof(values));
        }

        Shape = shape;
        Values = values;
    }

    /// <summary>Gets the length of each dimension.</summary>
    public ReadOnlyMemory<int> Shape { get; }

    /// <summary>Gets the components, the last dimension fastest.</summary>
    public ReadOnlyMemory<double> Values { get; }
}
