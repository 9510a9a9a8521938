using System.Buffers;

namespace Vouch.Optimizer.Scenes;

/// <summary>Cuts a byte range into lines through one rented buffer. A line ends with LF, CR LF or the end of the range; a lone CR is white space.</summary>
internal sealed class LineReader : IDisposable
{
    private const int InitialBytes = 1 << 17;

    private readonly ByteRange _bytes;
    private readonly int _maxLineBytes;
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private int _start;
    private int _end;
    private long _offset;

    public LineReader(ByteRange bytes, int maxLineBytes, long offset = 0)
    {
        _bytes = bytes;
        _maxLineBytes = maxLineBytes;
        _offset = offset;
    }

    /// <summary>The number of lines returned so far, and so the number of the last one, counted from 1.</summary>
    public long Line { get; private set; }

    /// <summary>Whether a line was longer than allowed; reading ends there.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>The offset in the range right after the last returned line and its line end.</summary>
    public long Position => _offset - (_end - _start);

    /// <summary>The next line without its end; valid until the next call.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        int searched = _start;
        while (true)
        {
            int length = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (length >= 0)
            {
                length += searched - _start;
                line = _buffer.AsSpan(_start, length);
                _start += length + 1;
                Line++;
                return true;
            }

            searched = _end - _start;       // relative: refilling moves the rest to the front
            if (!Refill())
            {
                line = _buffer.AsSpan(_start, _end - _start);
                _start = _end;
                if (line.IsEmpty || IsTooLong)
                {
                    return false;
                }

                Line++;
                return true;
            }
        }
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        _start = _end = 0;
    }

    private bool Refill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_end >= _maxLineBytes)
            {
                IsTooLong = true;
                return false;
            }

            byte[] larger = ArrayPool<byte>.Shared.Rent(_buffer.Length * 2);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        int count = _bytes.Read(_offset, _buffer.AsSpan(_end));
        _offset += count;
        _end += count;
        return count > 0;
    }
}
