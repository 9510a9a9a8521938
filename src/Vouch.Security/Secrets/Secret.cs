using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Vouch.Security.Secrets;

/// <summary>A secret that never prints itself: text, JSON, records that hold it, the debugger and exceptions show <c>[secret]</c>.</summary>
/// <remarks>
/// Safe to share. The bytes stand in pinned memory, so that the collector leaves no copies behind, and are zeroed by <see cref="Dispose"/> or when the object is collected. Who needs
/// them borrows them in <see cref="Use{TState, TResult}"/>; what is copied out there is the caller's to zero. A secret made from a string cannot take the string back.
/// </remarks>
[DebuggerDisplay(Shown)]
[JsonConverter(typeof(SecretJsonConverter))]
[TypeConverter(typeof(SecretTypeConverter))]
public sealed class Secret : IDisposable
{
    internal const string Shown = "[secret]";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly Lock _using = new();

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private byte[]? _bytes;

    private Secret(byte[] bytes) => _bytes = bytes;

    /// <summary>Zeroes the bytes of a secret that nobody disposed.</summary>
    ~Secret() => Clear();

    /// <summary>Makes a secret from bytes, which are copied.</summary>
    /// <param name="bytes">The bytes.</param>
    public static Secret FromBytes(ReadOnlySpan<byte> bytes)
    {
        byte[] copy = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(copy);
        return new Secret(copy);
    }

    /// <summary>Makes a secret from text, kept as UTF-8.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="ArgumentException">The text holds half of a surrogate pair; the message does not show it.</exception>
    public static Secret FromText(ReadOnlySpan<char> text)
    {
        byte[] bytes = GC.AllocateArray<byte>(Encoding.UTF8.GetMaxByteCount(text.Length), pinned: true);
        try
        {
            return System.Text.Unicode.Utf8.FromUtf16(text, bytes, out _, out int written, replaceInvalidSequences: false) == System.Buffers.OperationStatus.Done
                ? FromBytes(bytes.AsSpan(0, written))
                : throw new ArgumentException("The text holds half of a surrogate pair.", nameof(text));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Lends the bytes to a function for the time of its call.</summary>
    /// <typeparam name="TState">What is handed to the function.</typeparam>
    /// <typeparam name="TResult">What the function returns.</typeparam>
    /// <param name="state">What is handed to the function.</param>
    /// <param name="use">The function; it must not dispose the secret.</param>
    /// <returns>What the function returned.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="use"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The secret is disposed.</exception>
    public TResult Use<TState, TResult>(TState state, Func<ReadOnlySpan<byte>, TState, TResult> use)
    {
        ArgumentNullException.ThrowIfNull(use);
        lock (_using) // so that nobody zeroes what is being read
        {
            ObjectDisposedException.ThrowIf(_bytes is null, this);
            return use(_bytes, state);
        }
    }

    /// <summary>Tells whether two secrets are the same, in a time that depends on their lengths only.</summary>
    /// <param name="other">The other one.</param>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">One of them is disposed.</exception>
    public bool FixedTimeEquals(Secret other)
    {
        ArgumentNullException.ThrowIfNull(other);
        using Secret copy = other.Use(0, static (bytes, _) => FromBytes(bytes)); // two locks at once could wait for each other
        return Use(copy, static (bytes, copy) => CryptographicOperations.FixedTimeEquals(bytes, copy._bytes));
    }

    /// <summary>Zeroes the bytes.</summary>
    public void Dispose()
    {
        Clear();
        GC.SuppressFinalize(this);
    }

    /// <summary>Returns <c>[secret]</c>.</summary>
    public override string ToString() => Shown;

    private void Clear()
    {
        lock (_using)
        {
            CryptographicOperations.ZeroMemory(_bytes);
            _bytes = null;
        }
    }
}
