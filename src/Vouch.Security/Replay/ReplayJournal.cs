using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Vouch.Core.Exceptions;

namespace Vouch.Security.Replay;

/// <summary>The file of a replay store: records of 32 bytes, each with a checksum, appended; rewritten beside itself and renamed when most of it is forgotten.</summary>
internal sealed class ReplayJournal : IDisposable
{
    private const int RecordBytes = 32;
    private const int TokenRecord = 0x4B4F_5456;
    private const int HorizonRecord = 0x5A52_4856;
    private static readonly byte[] Magic = "Vouch replay journal, version 1\n"u8.ToArray();

    private readonly Lock _writing = new();
    private readonly string _path;
    private readonly bool _flush;
    private readonly FileStream _lock; // the journal itself is renamed over, which leaves its lock on the old file
    private SafeFileHandle _file;
    private long _length;

    public ReplayJournal(string path, bool flush)
    {
        _path = path;
        _flush = flush;
        _lock = new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        _file = Open(path, FileMode.OpenOrCreate);
        _length = RandomAccess.GetLength(_file);
    }

    /// <summary>How many records the file holds.</summary>
    public long Records => (Volatile.Read(ref _length) / RecordBytes) - 1;

    public (long Horizon, List<(UInt128 Token, long Created)> Entries, bool IsDamaged) Read()
    {
        var entries = new List<(UInt128, long)>();
        long horizon = 0;
        if (_length == 0)
        {
            return (horizon, entries, false);
        }

        byte[] record = new byte[RecordBytes];
        if (_length < RecordBytes || RandomAccess.Read(_file, record, 0) != RecordBytes || !record.AsSpan().SequenceEqual(Magic))
        {
            throw new InputValidationException("The file is no replay journal: name another one, or remove it and accept that requests of before may be accepted again.") { DataSource = _path, Location = "byte 0" };
        }

        bool isDamaged = false;
        byte[] block = new byte[RecordBytes * 2_048];
        for (long at = RecordBytes; at + RecordBytes <= _length;)
        {
            int read = RandomAccess.Read(_file, block, at) / RecordBytes * RecordBytes;
            if (read == 0)
            {
                break;
            }

            for (int i = 0; i < read; i += RecordBytes)
            {
                ReadOnlySpan<byte> bytes = block.AsSpan(i, RecordBytes);
                int kind = BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]);
                long time = BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]);
                if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[28..]) != Checksum(bytes[..28]) || kind is not (TokenRecord or HorizonRecord) || time < 0 || time > DateTime.MaxValue.Ticks)
                {
                    isDamaged = true; // also the last whole record: it was whole before the call that wrote it returned
                }
                else if (kind == HorizonRecord)
                {
                    horizon = Math.Max(horizon, time);
                }
                else
                {
                    entries.Add((BinaryPrimitives.ReadUInt128LittleEndian(bytes), time));
                }
            }

            at += read;
        }

        // A piece of a record at the end is from a call that never returned.
        return (horizon, entries, isDamaged);
    }

    public void Append(UInt128 token, long created)
    {
        Span<byte> record = stackalloc byte[RecordBytes];
        Write(record, token, created, TokenRecord);
        lock (_writing)
        {
            RandomAccess.Write(_file, record, _length);
            if (_flush)
            {
                RandomAccess.FlushToDisk(_file);
            }

            _length += RecordBytes;
        }
    }

    /// <summary>Replaces the file by one that holds what is still needed.</summary>
    public void Rewrite(long horizon, Func<IEnumerable<(UInt128 Token, long Created)>> entries)
    {
        lock (_writing) // whoever has accepted and not yet appended waits here and appends to the new file
        {
            string beside = _path + ".new";
            SafeFileHandle next = Open(beside, FileMode.Create);
            try
            {
                RandomAccess.Write(next, Magic, 0);
                byte[] record = new byte[RecordBytes];
                Write(record, 0, horizon, HorizonRecord);
                RandomAccess.Write(next, record, RecordBytes);
                long length = RecordBytes * 2;
                byte[] block = new byte[RecordBytes * 2_048];
                int filled = 0;
                foreach ((UInt128 token, long created) in entries())
                {
                    Write(block.AsSpan(filled, RecordBytes), token, created, TokenRecord);
                    filled += RecordBytes;
                    if (filled == block.Length)
                    {
                        RandomAccess.Write(next, block, length);
                        length += filled;
                        filled = 0;
                    }
                }

                RandomAccess.Write(next, block.AsSpan(0, filled), length);
                RandomAccess.FlushToDisk(next);
                _file.Dispose(); // before the move, which some systems refuse while the target is open; if it fails, appending does too
                File.Move(beside, _path, overwrite: true);
                _file = next;
                Volatile.Write(ref _length, length + filled);
            }
            catch
            {
                next.Dispose();
                throw;
            }
        }
    }

    public void Dispose()
    {
        lock (_writing)
        {
            _file.Dispose();
            _lock.Dispose();
        }
    }

    private static SafeFileHandle Open(string path, FileMode mode) => File.OpenHandle(path, mode, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    private static void Write(Span<byte> record, UInt128 token, long time, int kind)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(record, token);
        BinaryPrimitives.WriteInt64LittleEndian(record[16..], time);
        BinaryPrimitives.WriteInt32LittleEndian(record[24..], kind);
        BinaryPrimitives.WriteUInt32LittleEndian(record[28..], Checksum(record[..28]));
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = ~0u;
        foreach (uint word in MemoryMarshal.Cast<byte, uint>(bytes))
        {
            sum = BitOperations.Crc32C(sum, word);
        }

        return ~sum;
    }
}
