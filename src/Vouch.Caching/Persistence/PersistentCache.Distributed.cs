using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Extensions.Caching.Distributed;

namespace Vouch.Caching.Persistence;

/// <summary>The faces that hosts know: keys as text (their UTF-8 bytes), expirations by <see cref="DistributedCacheEntryOptions"/>.</summary>
public sealed partial class PersistentCache : IBufferDistributedCache
{
    private const int KeyBytesOnStack = 256;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="key"/> is not well-formed UTF-16.</exception>
    public byte[]? Get(string key)
    {
        using var bytes = new KeyBytes(key, stackalloc byte[KeyBytesOnStack]);
        return Get(bytes.Span);
    }

    /// <inheritdoc/>
    public Task<byte[]?> GetAsync(string key, CancellationToken token = default) => token.IsCancellationRequested ? Task.FromCanceled<byte[]?>(token) : Task.FromResult(Get(key));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="key"/> is not well-formed UTF-16.</exception>
    public bool TryGet(string key, IBufferWriter<byte> destination)
    {
        using var bytes = new KeyBytes(key, stackalloc byte[KeyBytesOnStack]);
        return TryGet(bytes.Span, destination);
    }

    /// <inheritdoc/>
    public ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default) =>
        token.IsCancellationRequested ? ValueTask.FromCanceled<bool>(token) : ValueTask.FromResult(TryGet(key, destination));

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="key"/> is not well-formed UTF-16, or key and value do not fit in a segment: the key's former value is removed then.</exception>
    public void Set(string key, byte[] value, DistributedCacheEntryOptions options)
    {
        ArgumentNullException.ThrowIfNull(value);
        long written = SetCore(key, new ReadOnlySequence<byte>(value), options);
        if (_options.Durability == PersistentDurability.EveryWrite)
        {
            FlushUpTo(written);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="key"/> is not well-formed UTF-16, or key and value do not fit in a segment: the key's former value is removed then.</exception>
    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options)
    {
        long written = SetCore(key, value, options);
        if (_options.Durability == PersistentDurability.EveryWrite)
        {
            FlushUpTo(written);
        }
    }

    /// <inheritdoc/>
    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        return SetAsync(key, new ReadOnlySequence<byte>(value), options, token).AsTask();
    }

    /// <inheritdoc/>
    public ValueTask SetAsync(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        if (token.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(token);
        }

        long written = SetCore(key, value, options);
        return _options.Durability == PersistentDurability.EveryWrite ? new ValueTask(Task.Run(() => FlushUpTo(written), token)) : default;
    }

    /// <inheritdoc/>
    public void Refresh(string key)
    {
        using var bytes = new KeyBytes(key, stackalloc byte[KeyBytesOnStack]);
        if (TryLocate(bytes.Span, out Found found))
        {
            found.Segment.Release();
            KeepAlive(found);
        }
    }

    /// <inheritdoc/>
    public Task RefreshAsync(string key, CancellationToken token = default)
    {
        if (token.IsCancellationRequested)
        {
            return Task.FromCanceled(token);
        }

        Refresh(key);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Remove(string key)
    {
        using var bytes = new KeyBytes(key, stackalloc byte[KeyBytesOnStack]);
        Remove(bytes.Span);
    }

    /// <inheritdoc/>
    public Task RemoveAsync(string key, CancellationToken token = default)
    {
        if (token.IsCancellationRequested)
        {
            return Task.FromCanceled(token);
        }

        using var bytes = new KeyBytes(key, stackalloc byte[KeyBytesOnStack]);
        (_, long written) = RemoveCore(bytes.Span);
        return _options.Durability == PersistentDurability.EveryWrite ? Task.Run(() => FlushUpTo(written), token) : Task.CompletedTask;
    }

    private long SetCore(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var bytes = new KeyBytes(key, stackalloc byte[KeyBytesOnStack]);
        DateTimeOffset? expiresAt = options.AbsoluteExpirationRelativeToNow is { } life ? _time.GetUtcNow() + life : options.AbsoluteExpiration;
        if (value.IsSingleSegment)
        {
            return SetCore(bytes.Span, value.FirstSpan, expiresAt, options.SlidingExpiration);
        }

        byte[] whole = ArrayPool<byte>.Shared.Rent(checked((int)value.Length));
        try
        {
            value.CopyTo(whole);
            return SetCore(bytes.Span, whole.AsSpan(0, (int)value.Length), expiresAt, options.SlidingExpiration);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    // A key's UTF-8 bytes, on the stack where they fit.
    private readonly ref struct KeyBytes
    {
        private readonly byte[]? _rented;

        [SuppressMessage("Style", "IDE0290", Justification = "A stack buffer cannot be captured.")]
        public KeyBytes(string key, Span<byte> stack)
        {
            ArgumentNullException.ThrowIfNull(key);
            if (key.Length * 3 > stack.Length)
            {
                int length = StrictUtf8.GetByteCount(key);
                if (length > stack.Length)
                {
                    stack = _rented = ArrayPool<byte>.Shared.Rent(length);
                }
            }

            Span = stack[..StrictUtf8.GetBytes(key, stack)];
        }

        public ReadOnlySpan<byte> Span { get; }

        public void Dispose()
        {
            if (_rented is not null)
            {
                ArrayPool<byte>.Shared.Return(_rented);
            }
        }
    }
}
