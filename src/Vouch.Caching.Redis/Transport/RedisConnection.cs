using System.Buffers;
using Vouch.Caching.Redis.Protocol;

namespace Vouch.Caching.Redis.Transport;

/// <summary>One connection: commands go out in the order they come, many in one write; replies come back in that order. When anything goes wrong it is over, for all who wait.</summary>
internal sealed class RedisConnection : IDisposable
{
    private readonly Stream _stream;
    private readonly int _maxPending;
    private readonly Action<RedisValue> _pushed;
    private readonly Action<RedisConnection> _ended;
    private readonly Lock _lock = new();
    private readonly Queue<Batch> _waiting = new();
    private ArrayBufferWriter<byte> _filling = new();
    private ArrayBufferWriter<byte> _sending = new();
    private int _pending;
    private bool _writing;
    private Exception? _failure;

    public RedisConnection(Stream stream, int maxPending, Action<RedisValue> pushed, Action<RedisConnection> ended)
    {
        _stream = stream;
        _maxPending = maxPending;
        _pushed = pushed;
        _ended = ended;
        _ = ReadAsync();
    }

    public bool IsOver => Volatile.Read(ref _failure) is not null;

    /// <summary>Sends commands.</summary>
    /// <param name="commands">The commands; each has one reply.</param>
    /// <param name="unanswered">Goes before them, and is answered by a push or not at all: SUBSCRIBE. Where the server refuses it, that comes as the reply to the first command.</param>
    public Task<RedisValue[]> SendAsync(IReadOnlyList<RedisCommand> commands, RedisCommand? unanswered = null)
    {
        if (commands.Count == 0)
        {
            return Task.FromResult<RedisValue[]>([]);
        }

        var batch = new Batch(commands.Count);
        lock (_lock)
        {
            if (_failure is not null)
            {
                throw Lost(_failure);
            }

            if (_pending + commands.Count > _maxPending)
            {
                throw new RedisConnectionException($"More than {_maxPending} commands wait for their replies.");
            }

            if (unanswered is not null)
            {
                RespWriter.WriteCommand(_filling, unanswered.Arguments);
            }

            for (int i = 0; i < commands.Count; i++)
            {
                RespWriter.WriteCommand(_filling, commands[i].Arguments);
            }

            _pending += commands.Count;
            _waiting.Enqueue(batch);
            if (_writing)
            {
                return batch.Task; // goes out with the write after the one under way
            }

            _writing = true;
        }

        _ = WriteAsync();
        return batch.Task;
    }

    public void Dispose() => Fail(new ObjectDisposedException(nameof(RedisClient)));

    /// <summary>Ends the connection and tells all who wait.</summary>
    public void Fail(Exception failure)
    {
        Batch[] waiting;
        lock (_lock)
        {
            if (_failure is not null)
            {
                return;
            }

            _failure = failure;
            waiting = [.. _waiting];
            _waiting.Clear();
        }

        _stream.Dispose();
        foreach (Batch batch in waiting)
        {
            batch.Fail(Lost(failure));
        }

        _ended(this);
    }

    private static RedisConnectionException Lost(Exception failure) => new("The connection to the Redis server was lost.", failure);

    private async Task WriteAsync()
    {
        try
        {
            while (true)
            {
                lock (_lock)
                {
                    if (_filling.WrittenCount == 0 || _failure is not null)
                    {
                        _writing = false;
                        return;
                    }

                    (_filling, _sending) = (_sending, _filling);
                }

                await _stream.WriteAsync(_sending.WrittenMemory).ConfigureAwait(false);
                _sending.ResetWrittenCount();
                if (_sending.Capacity > 1 << 20)
                {
                    _sending = new ArrayBufferWriter<byte>(); // one long value must not hold its memory for ever
                }
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Fail(failure);
        }
    }

    private async Task ReadAsync()
    {
        var reader = new RespReader();
        byte[] buffer = new byte[64 << 10];
        try
        {
            while (true)
            {
                int read = await _stream.ReadAsync(buffer).ConfigureAwait(false);
                if (read == 0)
                {
                    throw new EndOfStreamException("The Redis server closed the connection.");
                }

                Take(reader, buffer.AsSpan(0, read));
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Fail(failure);
        }
    }

    private void Take(RespReader reader, ReadOnlySpan<byte> bytes)
    {
        while (reader.TryRead(ref bytes, out RedisValue? value))
        {
            if (value.Kind == RedisValueKind.Push)
            {
                _pushed(value);
                continue;
            }

            Batch batch;
            lock (_lock)
            {
                if (!_waiting.TryPeek(out Batch? first))
                {
                    throw new RedisProtocolException("A reply came that nobody waits for", reader.Position);
                }

                batch = first;
                _pending--;
                if (batch.IsLast)
                {
                    _waiting.Dequeue();
                }
            }

            batch.Add(value);
        }
    }

    private sealed class Batch(int count)
    {
        private readonly RedisValue[] _replies = new RedisValue[count];
        private readonly TaskCompletionSource<RedisValue[]> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _filled;

        public Task<RedisValue[]> Task => _done.Task;

        public bool IsLast => _filled == _replies.Length - 1;

        public void Add(RedisValue reply)
        {
            _replies[_filled++] = reply;
            if (_filled == _replies.Length)
            {
                _done.TrySetResult(_replies);
            }
        }

        public void Fail(Exception failure) => _done.TrySetException(failure);
    }
}
