using System.Buffers;

namespace Vouch.Optimizer.Clients;

/// <summary>Cuts a stream of server-sent events into events, each with its closing blank line, as they came. Lines may end in LF or CR LF.</summary>
/// <remarks>Source: WHATWG HTML Living Standard, section 9.2 "Server-sent events". Not thread-safe. An event is valid until the next one is read.</remarks>
internal sealed class EventStreamReader(Stream stream, int maxEventBytes) : IDisposable
{
    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(8_192);
    private int _start;
    private int _end;
    private bool _isOver;

    /// <summary>Reads the next event; empty at the end of the stream.</summary>
    /// <exception cref="IOException">The stream broke, or an event is larger than allowed.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        int scanned = 0;
        while (true)
        {
            int length = EndOfEvent(_buffer.AsSpan(_start, _end - _start), ref scanned);
            if (length > 0)
            {
                ReadOnlyMemory<byte> found = _buffer.AsMemory(_start, length);
                _start += length;
                return found;
            }

            if (_isOver)
            {
                // A last event without its blank line is incomplete and, by the standard, dropped.
                return default;
            }

            Compact();
            int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
            _isOver = read == 0;
            _end += read;
        }
    }

    /// <summary>The data of an event: its <c>data:</c> lines, joined by line feeds.</summary>
    public static ReadOnlyMemory<byte> DataOf(ReadOnlyMemory<byte> @event)
    {
        ReadOnlyMemory<byte> single = default;
        List<byte>? joined = null;
        int lines = 0;
        for (int at = 0; at < @event.Length;)
        {
            int feed = @event.Span[at..].IndexOf((byte)'\n');
            ReadOnlyMemory<byte> line = feed < 0 ? @event[at..] : @event.Slice(at, feed);
            at += line.Length + 1;
            line = line.Span.EndsWith("\r"u8) ? line[..^1] : line;
            if (!line.Span.StartsWith("data:"u8))
            {
                continue;
            }

            line = line[5..];
            line = line.Span.StartsWith(" "u8) ? line[1..] : line;
            if (lines++ == 0)
            {
                single = line;
                continue;
            }

            joined ??= [.. single.Span];
            joined.Add((byte)'\n');
            joined.AddRange(line.Span);
        }

        return joined is null ? single : joined.ToArray();
    }

    public void Dispose()
    {
        byte[] buffer = _buffer;
        _buffer = [];
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int EndOfEvent(ReadOnlySpan<byte> bytes, ref int scanned)
    {
        for (int at = Math.Max(0, scanned - 3); at < bytes.Length; at++)
        {
            int feed = bytes[at..].IndexOf((byte)'\n');
            if (feed < 0)
            {
                break;
            }

            at += feed;
            ReadOnlySpan<byte> rest = bytes[(at + 1)..];
            int blank = rest.StartsWith("\n"u8) ? 1 : rest.StartsWith("\r\n"u8) ? 2 : 0;
            if (blank > 0)
            {
                return at + 1 + blank;
            }
        }

        scanned = bytes.Length;
        return 0;
    }

    private void Compact()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= maxEventBytes)
            {
                throw new IOException($"An event is larger than {maxEventBytes} bytes.");
            }

            byte[] larger = ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
            _buffer.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }
    }
}
