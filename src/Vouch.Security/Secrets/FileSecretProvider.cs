using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;
using Vouch.Core.Exceptions;

namespace Vouch.Security.Secrets;

/// <summary>Reads secrets from the files of a folder, one each, as Docker, Kubernetes and systemd hand them out.</summary>
/// <remarks>
/// Safe to share. A file is read anew at each call, so a rotated secret is there at once; a line break at its end does not belong to it. Names are letters, digits, dot, dash and underscore and begin with a letter or
/// digit: no name leads out of the folder. Buffers are zeroed. Whether something has changed is looked for at intervals, by the files' times and lengths, which also sees how Kubernetes swaps a folder.
/// </remarks>
public sealed class FileSecretProvider : ISecretProvider, IDisposable
{
    /// <summary>The longest secret that is read, in bytes.</summary>
    public const int MaxBytes = 1 << 16;

    private readonly string _folder;
    private readonly ITimer _timer;
    private readonly Lock _looking = new();
    private CancellationTokenSource _changed = new();
    private string _seen;

    /// <summary>Initializes a provider.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="pollInterval">How often changes are looked for, above zero; null for every 10 seconds.</param>
    /// <param name="timeProvider">The clock; null for the system's.</param>
    /// <exception cref="ArgumentException"><paramref name="folder"/> is null or empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="pollInterval"/> is not above zero.</exception>
    public FileSecretProvider(string folder, TimeSpan? pollInterval = null, TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        TimeSpan interval = pollInterval ?? TimeSpan.FromSeconds(10);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval, TimeSpan.Zero, nameof(pollInterval));
        _folder = Path.GetFullPath(folder);
        _seen = Look();
        _timer = (timeProvider ?? TimeProvider.System).CreateTimer(static state => ((FileSecretProvider)state!).Poll(), this, interval, interval);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not of the form.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    /// <exception cref="InputValidationException">The file is longer than <see cref="MaxBytes"/>.</exception>
    public Secret? Find(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Length > 128 || !char.IsAsciiLetterOrDigit(name[0]) || !name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_'))
        {
            throw new ArgumentException("A secret's name has letters, digits, dots, dashes and underscores and begins with a letter or digit.", nameof(name));
        }

        byte[] buffer = GC.AllocateArray<byte>(MaxBytes + 1, pinned: true);
        try
        {
            using FileStream file = new(Path.Combine(_folder, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            int length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length > MaxBytes)
            {
                throw new InputValidationException($"A secret has at most {MaxBytes} bytes.") { DataSource = file.Name, Expected = $"at most {MaxBytes} bytes" };
            }

            length -= length > 0 && buffer[length - 1] == '\n' ? 1 : 0;
            length -= length > 0 && buffer[length - 1] == '\r' ? 1 : 0;
            return Secret.FromBytes(buffer.AsSpan(0, length));
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(buffer);
        }
    }

    /// <inheritdoc/>
    public IChangeToken GetChangeToken()
    {
        lock (_looking)
        {
            return new CancellationChangeToken(_changed.Token);
        }
    }

    /// <summary>Stops looking for changes.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        _changed.Dispose();
    }

    private void Poll()
    {
        CancellationTokenSource fire;
        lock (_looking)
        {
            string now = Look();
            if (now == _seen)
            {
                return;
            }

            _seen = now;
            fire = _changed;
            _changed = new CancellationTokenSource();
        }

        fire.Cancel(); // outside the lock: it runs the listeners
        fire.Dispose();
    }

    private string Look()
    {
        try
        {
            IEnumerable<string> files = new DirectoryInfo(_folder).EnumerateFiles().OrderBy(static file => file.Name, StringComparer.Ordinal).Take(1_000).Select(static file =>
            {
                FileSystemInfo target = file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
                return $"{file.Name}|{target.FullName}|{target.LastWriteTimeUtc.Ticks}|{(target as FileInfo)?.Length}";
            });
            return string.Join('\n', files);
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return string.Empty;
        }
    }
}
