using Microsoft.Win32.SafeHandles;

namespace Vouch.Optimizer.Scenes;

/// <summary>Random access to a part of a file or to bytes in base64, of which only what is asked for is read or decoded.</summary>
internal abstract class ByteRange
{
    public abstract long Length { get; }

    /// <summary>Reads from an offset as far as the destination and the range go, and returns the number of bytes; 0 beyond the end.</summary>
    public abstract int Read(long offset, Span<byte> destination);

    /// <summary>A part of this range.</summary>
    public ByteRange Slice(long offset, long length) => new Part(this, offset, Math.Max(0, Math.Min(length, Length - offset)));

    public static ByteRange OfFile(SafeFileHandle file, long length) => new FileRange(file, length);

    /// <summary>A file that is opened for each read and closed again; one that cannot be read any more ends there.</summary>
    public static ByteRange OfPath(string path, long length) => new PathRange(path, length);

    /// <summary>Bytes in base64. Offsets are found by arithmetic, so nothing is decoded that is not read.</summary>
    public static ByteRange OfBase64(ReadOnlyMemory<byte> text) => new Base64Range(text);

    private sealed class FileRange(SafeFileHandle file, long length) : ByteRange
    {
        public override long Length => length;

        public override int Read(long offset, Span<byte> destination)
        {
            int read = 0;
            while (read < destination.Length)
            {
                int count = RandomAccess.Read(file, destination[read..], offset + read);
                if (count == 0)
                {
                    break;
                }

                read += count;
            }

            return read;
        }
    }

    private sealed class PathRange(string path, long length) : ByteRange
    {
        public override long Length => length;

        public override int Read(long offset, Span<byte> destination)
        {
            try
            {
                using SafeFileHandle file = File.OpenHandle(path);
                return OfFile(file, length).Read(offset, destination);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return 0;
            }
        }
    }

    private sealed class Part(ByteRange whole, long start, long length) : ByteRange
    {
        public override long Length => length;

        public override int Read(long offset, Span<byte> destination) => offset < 0 || offset >= length
            ? 0
            : whole.Read(start + offset, destination[..(int)Math.Min(destination.Length, length - offset)]);
    }

    private sealed class Base64Range : ByteRange
    {
        private const int GroupsAtOnce = 256;

        private readonly ReadOnlyMemory<byte> _text;

        public Base64Range(ReadOnlyMemory<byte> text)
        {
            ReadOnlySpan<byte> trimmed = text.Span.TrimEnd((byte)'=');
            _text = text[..trimmed.Length];
            Length = (trimmed.Length / 4 * 3L) + Math.Max(0, (trimmed.Length % 4) - 1);
        }

        public override long Length { get; }

        public override int Read(long offset, Span<byte> destination)
        {
            if (offset < 0 || offset >= Length)
            {
                return 0;
            }

            Span<byte> padded = stackalloc byte[GroupsAtOnce * 4];
            Span<byte> decoded = stackalloc byte[GroupsAtOnce * 3];
            int total = 0;
            while (total < destination.Length && offset < Length)
            {
                int group = (int)(offset / 3);
                ReadOnlySpan<byte> text = _text.Span[(group * 4)..];
                text = text[..Math.Min(text.Length, padded.Length)];
                text.CopyTo(padded);
                int characters = text.Length;
                while (characters % 4 != 0)
                {
                    padded[characters++] = (byte)'=';
                }

                if (System.Buffers.Text.Base64.DecodeFromUtf8(padded[..characters], decoded, out _, out int written) != System.Buffers.OperationStatus.Done)
                {
                    return total;
                }

                int skip = (int)(offset % 3);
                int count = Math.Min(written - skip, destination.Length - total);
                if (count <= 0)
                {
                    return total;
                }

                decoded.Slice(skip, count).CopyTo(destination[total..]);
                total += count;
                offset += count;
            }

            return total;
        }
    }
}
