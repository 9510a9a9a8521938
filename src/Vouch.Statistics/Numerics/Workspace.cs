using System.Buffers;

namespace Vouch.Statistics.Numerics;

/// <summary>Memory of doubles that comes from the pool and goes back to it.</summary>
internal readonly ref struct Workspace
{
    private readonly double[] _pooled;

    public Workspace(int length)
    {
        _pooled = ArrayPool<double>.Shared.Rent(length);
        Span = _pooled.AsSpan(0, length);
    }

    public Span<double> Span { get; }

    public static Workspace CopyOf(ReadOnlySpan<double> values)
    {
        var workspace = new Workspace(values.Length);
        values.CopyTo(workspace.Span);
        return workspace;
    }

    public void Dispose() => ArrayPool<double>.Shared.Return(_pooled);
}
