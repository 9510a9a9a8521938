namespace Vouch.Caching.Policies;

/// <summary>The weights of entries by number. As long as all of them are 1 they take no memory.</summary>
internal sealed class Weights
{
    private long[]? _weights;
    private int _length;

    /// <summary>True once any weight other than 1 was seen.</summary>
    public bool AreSized => _weights is not null;

    public long this[int entry] => _weights is null ? 1 : _weights[entry];

    public void Ensure(int length)
    {
        _length = Math.Max(_length, length);
        if (_weights is not null && _weights.Length < _length)
        {
            Array.Resize(ref _weights, _length);
        }
    }

    public void Set(int entry, long weight)
    {
        if (_weights is null)
        {
            if (weight == 1)
            {
                return;
            }

            _weights = new long[_length];
            Array.Fill(_weights, 1);
        }

        _weights[entry] = weight;
    }
}
