namespace Vouch.TrustEngine.Audit;

/// <summary>Entries that an <see cref="AuditLog"/> hands to its store, in order.</summary>
/// <remarks>Lives no longer than the call it is handed to: a store copies what it keeps.</remarks>
public readonly ref struct AuditEntries
{
    private readonly ReadOnlySpan<byte> _buffer;
    private readonly ReadOnlySpan<(int Start, int Length)> _leaves;

    internal AuditEntries(ReadOnlySpan<byte> buffer, ReadOnlySpan<(int Start, int Length)> leaves)
    {
        _buffer = buffer;
        _leaves = leaves;
    }

    /// <summary>Gets the number of entries, 1 or more.</summary>
    public int Count => _leaves.Length;

    /// <summary>Gets an entry's bytes.</summary>
    /// <param name="position">A position in [0, <see cref="Count"/>).</param>
    /// <exception cref="IndexOutOfRangeException"><paramref name="position"/> is outside its range.</exception>
    public ReadOnlySpan<byte> this[int position]
    {
        get
        {
            // Before each entry stands the leaf prefix, which is the tree's business.
            (int start, int length) = _leaves[position];
            return _buffer.Slice(start + 1, length - 1);
        }
    }
}
