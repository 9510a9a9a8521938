using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using System.Numerics;
using System.Text;
using Vouch.Core.Exceptions;

namespace Vouch.Optimizer.Budgets;

/// <summary>A budget's journal in one file that is mapped into memory: a line is a copy of some bytes, without a system call and without an allocation, and outlives the process from then on.</summary>
/// <remarks>
/// <para>
/// A process that is killed loses nothing that was appended. A machine that loses power can lose what the system had not written yet (some seconds, as a rule); <see cref="Flush"/> writes at once.
/// One process at a time holds the file. When it is full, old lines are summed up (see <see cref="FileBudgetJournalOptions.Horizon"/>) into a new file that takes its place in one step; that append
/// waits for the disk, some milliseconds in tens of thousands of calls. A damaged file is refused, never guessed at.
/// </para>
/// <para>Not thread-safe by itself: the ledger's lock guards it.</para>
/// </remarks>
public sealed class FileBudgetJournal : IBudgetJournal, IDisposable
{
    private const long Magic = 0x314A_4248_4355_4F56; // "VOUCHBJ1"
    private const int HeaderBytes = 16;
    private const int FixedBytes = 8 + 1 + 8 + 8 + 8;
    private const int LongestTenant = 4_096;

    private readonly string _path;
    private readonly FileBudgetJournalOptions _options;
    private readonly TimeProvider _time;
    private readonly byte[] _buffer = new byte[FixedBytes + LongestTenant];
    private MemoryMappedFile? _file;
    private MemoryMappedViewAccessor? _view;
    private long _capacity;
    private long _end;

    /// <summary>Opens a journal, or makes a new one.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="timeProvider">The clock; the system's where null.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is blank.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="IOException">The file cannot be opened, or another process holds it.</exception>
    /// <exception cref="InputValidationException">The file is no journal or is damaged; says where. Put it aside and <see cref="BudgetLedger.Charge"/> what was spent by another account.</exception>
    public FileBudgetJournal(string path, FileBudgetJournalOptions? options = null, TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        _options = options ?? new FileBudgetJournalOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.InitialBytes, 16 << 10, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.Horizon, TimeSpan.FromHours(1), nameof(options));
        _path = Path.GetFullPath(path);
        _time = timeProvider ?? TimeProvider.System;
        Open(_options.InitialBytes);
        try
        {
            _end = Scan(null);
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>Gets how many bytes are in use.</summary>
    public long Length => _end;

    /// <inheritdoc/>
    public IReadOnlyList<BudgetEntry> Read()
    {
        ObjectDisposedException.ThrowIf(_view is null, this);
        var entries = new List<BudgetEntry>();
        Scan(entries);
        return entries;
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The tenant's name is longer than 4,096 bytes.</exception>
    public void Append(in BudgetEntry entry)
    {
        ObjectDisposedException.ThrowIf(_view is null, this);
        int length = Compose(entry);
        if (_end + length + 8 > _capacity)
        {
            Compact(length);
        }

        Write(_view, ref _end, length);
    }

    /// <summary>Writes what was appended to the disk, so that it outlives a loss of power too. Takes milliseconds.</summary>
    public void Flush() => _view?.Flush();

    /// <inheritdoc/>
    public void Dispose()
    {
        Flush();
        Close();
    }

    private int Compose(in BudgetEntry entry)
    {
        int tenant = Encoding.UTF8.GetByteCount(entry.Tenant);
        if (tenant > LongestTenant)
        {
            throw new ArgumentException($"A tenant's name of {tenant} bytes is longer than {LongestTenant}.", nameof(entry));
        }

        Span<byte> line = _buffer.AsSpan(0, FixedBytes + tenant);
        line[8] = (byte)entry.Kind;
        BinaryPrimitives.WriteInt64LittleEndian(line[9..], entry.Id);
        BinaryPrimitives.WriteInt64LittleEndian(line[17..], entry.Amount.Value);
        BinaryPrimitives.WriteInt64LittleEndian(line[25..], entry.At.UtcTicks);
        Encoding.UTF8.GetBytes(entry.Tenant, line[FixedBytes..]);
        BinaryPrimitives.WriteUInt64LittleEndian(line, Checksum(line[8..]));
        return line.Length;
    }

    // The length goes in last: a line that a kill cut off has length 0 and does not exist.
    private void Write(MemoryMappedViewAccessor view, ref long end, int length)
    {
        view.WriteArray(end + 4, _buffer, 0, length);
        Thread.MemoryBarrier();
        view.Write(end, length);
        end += 4 + length;
    }

    private long Scan(List<BudgetEntry>? entries)
    {
        long at = HeaderBytes;
        byte[] line = new byte[_buffer.Length];
        while (at + 4 <= _capacity && _view!.ReadInt32(at) is var length && length != 0)
        {
            if (length < FixedBytes || length > line.Length || at + 4 + length > _capacity)
            {
                throw Damaged(at, $"a line of {length} bytes");
            }

            _view.ReadArray(at + 4, line, 0, length);
            ReadOnlySpan<byte> read = line.AsSpan(0, length);
            var kind = (BudgetEntryKind)read[8];
            long amount = BinaryPrimitives.ReadInt64LittleEndian(read[17..]);
            long ticks = BinaryPrimitives.ReadInt64LittleEndian(read[25..]);
            if (Checksum(read[8..]) != BinaryPrimitives.ReadUInt64LittleEndian(read) || kind is < BudgetEntryKind.Reserved or > BudgetEntryKind.Charged
                || amount < 0 || ticks < 0 || ticks > DateTimeOffset.MaxValue.UtcTicks)
            {
                throw Damaged(at, "a line whose checksum does not fit it");
            }

            entries?.Add(new BudgetEntry(kind, BinaryPrimitives.ReadInt64LittleEndian(read[9..]), Encoding.UTF8.GetString(read[FixedBytes..]), new NanoUsd(amount), new DateTimeOffset(ticks, TimeSpan.Zero)));
            at += 4 + length;
        }

        return at;
    }

    // CRC-32C (RFC 3720, appendix B.4), by the processor's instruction where it has one.
    private static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (byte value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }

    private void Compact(int needed)
    {
        // The line that is waiting is still in the buffer; keep it while others are composed there.
        byte[] waiting = _buffer[..needed];
        (List<BudgetEntry> spent, List<BudgetEntry> open) = BudgetHistory.Fold(Read());
        BudgetEntry[] kept = [.. BudgetHistory.Condense(spent, _time.GetUtcNow(), _options.Horizon), .. open];
        long size = HeaderBytes + needed + 8 + kept.Sum(entry => 4L + FixedBytes + Encoding.UTF8.GetByteCount(entry.Tenant));
        string next = _path + ".next";
        File.Delete(next);
        long end = HeaderBytes;
        long capacity = Math.Max(_options.InitialBytes, 2 * size);
        using (MemoryMappedFile file = Map(next, capacity))
        using (MemoryMappedViewAccessor view = file.CreateViewAccessor(0, capacity))
        {
            view.Write(0, Magic);
            foreach (BudgetEntry entry in kept)
            {
                Write(view, ref end, Compose(entry));
            }

            view.Flush();
        }

        Close();
        File.Move(next, _path, overwrite: true);
        Open(capacity);
        _end = end;
        waiting.CopyTo(_buffer, 0);
    }

    private void Open(long capacity)
    {
        long present = File.Exists(_path) ? new FileInfo(_path).Length : 0;
        _capacity = Math.Max(capacity, present);
        _file = Map(_path, _capacity);
        _view = _file.CreateViewAccessor(0, _capacity);
        if (present == 0)
        {
            _view.Write(0, Magic);
        }
        else if (_view.ReadInt64(0) != Magic)
        {
            Close();
            throw Damaged(0, "another head");
        }
    }

    private static MemoryMappedFile Map(string path, long capacity)
    {
        var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        try
        {
            return MemoryMappedFile.CreateFromFile(stream, null, capacity, MemoryMappedFileAccess.ReadWrite, HandleInheritability.None, leaveOpen: false);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    private void Close()
    {
        _view?.Dispose();
        _file?.Dispose();
        _view = null;
        _file = null;
    }

    private InputValidationException Damaged(long at, string found) => new($"The budget journal '{_path}' is damaged: at byte {at} stands {found}.")
    {
        Location = $"{_path} at byte {at}",
        Expected = "a journal that this class wrote",
    };
}
