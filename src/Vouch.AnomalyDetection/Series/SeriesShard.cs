using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Series;

/// <summary>The state of up to <see cref="Length"/> series in arrays: no object per series. Its lock guards all of it.</summary>
internal sealed class SeriesShard
{
    public const int Bits = 10;
    public const int Length = 1 << Bits;

    private readonly float[] _profiles;
    private readonly int _profileLength;

    public SeriesShard(int profileLength)
    {
        _profileLength = profileLength;
        _profiles = new float[Length * profileLength];
        Array.Fill(States, SeriesState.Fresh());
    }

    public Lock Gate { get; } = new();

    public SeriesState[] States { get; } = new SeriesState[Length];

    /// <summary>Gets the names by slot; null for a free one.</summary>
    public string?[] Names { get; } = new string?[Length];

    public long Bytes => ((long)Length * (System.Runtime.CompilerServices.Unsafe.SizeOf<SeriesState>() + 8)) + (sizeof(float) * (long)_profiles.Length);

    public Span<float> Profile(int slot) => _profiles.AsSpan(slot * _profileLength, _profileLength);

    public void Clear(int slot)
    {
        States[slot] = SeriesState.Fresh();
        Profile(slot).Clear();
        Names[slot] = null;
    }
}
