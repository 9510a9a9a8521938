namespace Vouch.Caching.Diagnostics;

/// <summary>What observable instruments read when somebody collects. A source is forgotten when it is collected or taken away.</summary>
internal sealed class ObservedSources<TSource>
    where TSource : class
{
    private readonly Lock _lock = new();
    private readonly List<WeakReference<TSource>> _sources = [];

    public void Add(TSource source)
    {
        lock (_lock)
        {
            if (_sources.Count == _sources.Capacity)
            {
                _sources.RemoveAll(static reference => !reference.TryGetTarget(out _));
            }

            _sources.Add(new WeakReference<TSource>(source));
        }
    }

    public void Remove(TSource source)
    {
        lock (_lock)
        {
            _sources.RemoveAll(reference => !reference.TryGetTarget(out TSource? other) || ReferenceEquals(other, source));
        }
    }

    /// <summary>Those that are there now.</summary>
    public TSource[] Present()
    {
        lock (_lock)
        {
            return [.. _sources.Select(static reference => reference.TryGetTarget(out TSource? source) ? source : null).OfType<TSource>()];
        }
    }
}
